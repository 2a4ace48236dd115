// Counts the timers that are set and have neither fired nor been cleared.
const live = new Set();

const { setTimeout, clearTimeout, requestAnimationFrame, cancelAnimationFrame } = window;

const counted = (callback, ms, ...rest) => {
  const fire = (...values) => {
    live.delete(`timeout ${id}`);
    callback(...values);
  };
  const id = Reflect.apply(setTimeout, window, [fire, ms, ...rest]);
  live.add(`timeout ${id}`);
  return id;
};
Object.assign(window, { setTimeout: counted });
window.clearTimeout = (id) => {
  live.delete(`timeout ${id}`);
  clearTimeout.call(window, id);
};
window.requestAnimationFrame = (callback) => {
  const id = requestAnimationFrame.call(window, (at) => {
    live.delete(`frame ${id}`);
    callback(at);
  });
  live.add(`frame ${id}`);
  return id;
};
window.cancelAnimationFrame = (id) => {
  live.delete(`frame ${id}`);
  cancelAnimationFrame.call(window, id);
};

/** How many wait now. */
export const liveTimers = () => live.size;
