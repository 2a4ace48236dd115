// The loops that build a packet's arrays: per value, a call between Rust and JavaScript costs more than the work.

/** A plain array of so many nulls. */
export function nulls(count) {
  return new Array(count).fill(null);
}

/** A plain array of the numbers, null for NaN: Grafana takes NaN for a value, and null for a gap. */
export function numbers(older, newer) {
  const array = new Array(older.length + newer.length);
  copyNumbers(older, array, 0);
  copyNumbers(newer, array, older.length);
  return array;
}

function copyNumbers(values, array, start) {
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    array[start + i] = value === value ? value : null;
  }
}

/** A plain array of booleans: 0 false, 1 true, else null. */
export function booleans(older, newer) {
  const array = new Array(older.length + newer.length);
  for (let i = 0; i < array.length; i++) {
    const value = i < older.length ? older[i] : newer[i - older.length];
    array[i] = value > 1 ? null : value === 1;
  }
  return array;
}

/** A plain array with an item (a text, a label set) for each row, null where the row refers to none. */
export function texts(distinct, rows) {
  const array = new Array(rows.length);
  for (let i = 0; i < array.length; i++) {
    array[i] = rows[i] < distinct.length ? distinct[rows[i]] : null;
  }
  return array;
}
