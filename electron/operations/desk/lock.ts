import type { Environment } from '../../contract/session.js';

/**
 * The write lock. Production is locked until somebody unlocks it for a while. Other environments are unlocked until
 * somebody locks them.
 */
export class WriteLock {
  readonly #changed: () => void;
  #locked = true;
  #until: Date | null = null;
  #timer: NodeJS.Timeout | undefined;
  #environment: Environment = 'production';

  /** `changed` is called when the unlocked time is over. */
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** Also compares the clock: after a sleep of the machine, the timer may be late, and nothing may be written. */
  get locked(): boolean {
    return this.#locked || (this.#until !== null && this.#until.getTime() <= Date.now());
  }

  get until(): string | null {
    return this.locked ? null : (this.#until?.toISOString() ?? null);
  }

  /** Sets the state for a connection of this environment that has just been opened. */
  reset(environment: Environment): void {
    this.lock();
    this.#environment = environment;
    this.#locked = environment === 'production';
  }

  /** An unlock of production belongs to one sign-in and ends with it. */
  signInEnded(): void {
    if (this.#environment === 'production') this.lock();
  }

  unlock(minutes: number): void {
    this.lock();
    this.#locked = false;
    if (this.#environment !== 'production') return;
    this.#until = new Date(Date.now() + minutes * 60_000);
    this.#timer = setTimeout(() => {
      this.lock();
      this.#changed();
    }, minutes * 60_000);
    this.#timer.unref();
  }

  lock(): void {
    clearTimeout(this.#timer);
    this.#until = null;
    this.#locked = true;
  }
}
