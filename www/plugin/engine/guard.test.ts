import { InstanceGuard } from './guard';

// (module (import "e" "f" (func $f)) (func (export "call") call $f call $f)
//   (func (export "trap") unreachable) (func (export "ping") (result i32) i32.const 7))
const MODULE = new Uint8Array([
  ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  ...[1, 8, 2, 0x60, 0, 0, 0x60, 0, 1, 0x7f],
  ...[2, 7, 1, 1, 0x65, 1, 0x66, 0, 0],
  ...[3, 4, 3, 0, 0, 1],
  ...[7, 22, 3, 4, 0x63, 0x61, 0x6c, 0x6c, 0, 1, 4, 0x74, 0x72, 0x61, 0x70, 0, 2, 4, 0x70, 0x69, 0x6e, 0x67, 0, 3],
  ...[10, 17, 3, 6, 0, 0x10, 0, 0x10, 0, 0x0b, 3, 0, 0, 0x0b, 4, 0, 0x41, 7, 0x0b],
]);

type Exports = Record<'call' | 'trap' | 'ping', () => unknown>;

/** A guarded instance whose `call` calls `inside` twice. */
function guarded(inside: (exports: Exports) => void = () => undefined) {
  const onTrap = jest.fn<void, [Error]>();
  const guard = new InstanceGuard(onTrap);
  const module = new WebAssembly.Module(MODULE);
  const instance = new WebAssembly.Instance(module, { e: { f: () => inside(exports) } });
  const exports = guard.watch(instance.exports) as Exports;
  return { exports, guard, onTrap };
}

it('lets calls through as long as the instance is well', () => {
  const { exports, onTrap } = guarded(({ ping }) => expect(ping()).toBe(7));
  exports.call();
  expect(exports.ping()).toBe(7);
  expect(onTrap).not.toHaveBeenCalled();
});

it('tells of the trap and passes it on; later calls do not reach the instance', () => {
  const { exports, onTrap } = guarded();
  expect(exports.trap).toThrow('unreachable');
  expect(exports.trap()).toEqual([]);
  expect(exports.ping()).toEqual([]);
  expect(onTrap.mock.calls).toEqual([[expect.objectContaining({ message: 'unreachable' })]]);
});

it('tells once of a trap that leaves the instance through two calls', () => {
  const { exports, onTrap } = guarded(({ trap }) => trap());
  expect(exports.call).toThrow('unreachable');
  expect(onTrap).toHaveBeenCalledTimes(1);
});

it('does not let the instance go on when JavaScript that it called has caught the trap', () => {
  const inside = jest.fn(({ trap, ping }: Exports) => {
    try {
      trap();
    } catch {
      ping();
    }
  });
  const { exports } = guarded(inside);
  expect(exports.call).toThrow('unreachable');
  expect(inside).toHaveBeenCalledTimes(1);
});

it('tells of a trap that JavaScript in between keeps to itself, when the instance has been left', () => {
  const { exports, onTrap } = guarded(({ trap }) => {
    expect(trap).toThrow('unreachable');
    expect(onTrap).not.toHaveBeenCalled();
  });
  expect(exports.call).not.toThrow();
  expect(onTrap).toHaveBeenCalledTimes(1);
});

it('takes other errors for what they are', () => {
  const { exports, onTrap } = guarded(() => {
    throw new TypeError('x is undefined');
  });
  expect(exports.call).toThrow('x is undefined');
  expect(exports.ping()).toBe(7);
  expect(onTrap).not.toHaveBeenCalled();
});

it('takes a stack that is used up for a trap', () => {
  const { exports, onTrap } = guarded(({ call }) => call());
  expect(exports.call).toThrow('Maximum call stack size exceeded');
  expect(onTrap).toHaveBeenCalledTimes(1);
  expect(exports.ping()).toEqual([]);
});

it('lets one last call in after a trap, and whatever that calls', () => {
  const seen: unknown[] = [];
  const { exports, guard } = guarded(({ ping }) => seen.push(ping()));
  expect(exports.trap).toThrow();
  guard.bury(() => exports.call());
  expect(seen).toEqual([7, 7]);
  exports.call();
  expect(seen).toHaveLength(2);
});

it('closes the instance even when the last call traps, and says so', () => {
  const { exports, guard, onTrap } = guarded();
  expect(exports.trap).toThrow();
  expect(() => guard.bury(() => exports.trap())).toThrow('unreachable');
  expect(exports.ping()).toEqual([]);
  expect(onTrap).toHaveBeenCalledTimes(1);
});
