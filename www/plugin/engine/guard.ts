import { ENDS_OF_STACK, TRAP } from './trap';

type Call = (...input: unknown[]) => unknown;

/** What the glue is given for a call that is turned away. It reads results by index and takes a missing one for success. */
const NOTHING: readonly never[] = Object.freeze([]);

/**
 * Stands at every way into one instance of the engine. A trap is noticed where it leaves the instance, so there is no
 * doubt whose it is. Afterwards nothing enters that instance any more, since its memory may say anything: what its
 * timers, promises and sockets still bring is dropped.
 */
export class InstanceGuard {
  private trap?: Error;
  private told = false;
  private closed = false;
  /** Calls into the instance that have not returned. More than one when the engine calls JavaScript that calls it. */
  private depth = 0;

  /** `onTrap` hears of the first trap, once no call into the instance is left on the stack. */
  constructor(private readonly onTrap: (trap: Error) => void) {}

  /** The exports, with the guard in front of each function. */
  watch(exports: WebAssembly.Exports): WebAssembly.Exports {
    const entries = Object.entries(exports).map(([name, value]) => [
      name,
      typeof value === 'function' ? this.guarded(value as Call) : value,
    ]);
    return Object.fromEntries(entries);
  }

  /** Lets a last call in, even after a trap, and closes the instance. Throws what the call throws. */
  bury(last: () => void): void {
    this.closed = false;
    try {
      last();
    } finally {
      this.closed = true;
    }
  }

  private guarded(enter: Call): Call {
    return (...input) => {
      if (this.closed) {
        return this.turnAway();
      }
      this.depth += 1;
      try {
        return enter(...input);
      } catch (error) {
        this.see(error);
        throw error;
      } finally {
        this.depth -= 1;
        this.tell();
      }
    };
  }

  // JavaScript that the instance itself has called may catch the trap; the frames that wait for it must not go on.
  private turnAway(): unknown {
    if (this.depth > 0 && this.trap) {
      throw this.trap;
    }
    return NOTHING;
  }

  // Only what cannot fail: the stack may be used up, so that even a regular expression is refused.
  private see(error: unknown): void {
    if (endsInstance(error)) {
      this.closed = true;
      this.trap ??= error;
    }
  }

  private tell(): void {
    if (this.trap && !this.told && this.depth === 0) {
      this.told = true;
      this.onTrap(this.trap);
    }
  }
}

/** Whether an error that left the instance leaves it broken. Where it came from is known here. */
function endsInstance(error: unknown): error is Error {
  const name = typeof error === 'object' && error !== null && 'name' in error ? error.name : '';
  return name === TRAP || ENDS_OF_STACK.includes(name as string);
}
