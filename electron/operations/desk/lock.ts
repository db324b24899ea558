import type { Environment } from '../../contract/session.js';

/**
 * The lock on writing: production is locked until somebody unlocks it for a while; elsewhere it is open until somebody
 * locks it.
 */
export class WriteLock {
  readonly #changed: () => void;
  #locked = true;
  #until: Date | null = null;
  #timer: NodeJS.Timeout | undefined;
  #environment: Environment = 'production';

  /** `changed` is told when it locks itself again. */
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** Also by the clock: a machine that slept past the end must not write before the timer has noticed. */
  get locked(): boolean {
    return this.#locked || (this.#until !== null && this.#until.getTime() <= Date.now());
  }

  get until(): string | null {
    return this.locked ? null : (this.#until?.toISOString() ?? null);
  }

  /** As a connection of this environment opens. */
  reset(environment: Environment): void {
    this.lock();
    this.#environment = environment;
    this.#locked = environment === 'production';
  }

  /** An unlocked production belongs to one sign-in and ends with it. */
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
