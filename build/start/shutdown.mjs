// @ts-check
/** Ends in order: what was opened last is closed first, once, for whatever reason. */
import { readFileSync } from 'node:fs';

/** @returns {string} our parent and its parent: npm may have put a shell in between */
function lineage() {
  try {
    const grandparent = /^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${process.ppid}/status`, 'utf8'))?.[1];
    return `${process.ppid} ${grandparent}`;
  } catch {
    return String(process.ppid);
  }
}

/** A stack of things to close. */
export class Ending {
  /** @type {(() => Promise<unknown>)[]} */
  #pile = [];
  /** @type {Promise<void> | null} */
  #under = null;
  /** @type {(reason: string) => void} */
  #ask = () => {};
  /** Resolves with the reason when it is time to end. */
  asked = new Promise((/** @type {(reason: string) => void} */ resolve) => {
    this.#ask = resolve;
  });

  constructor() {
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
      process.on(signal, () => this.ask(signal));
    // A killed npm cannot forward a signal; but our parent changes.
    if (process.env.npm_lifecycle_event && process.platform !== 'win32') {
      const before = lineage();
      setInterval(() => lineage() !== before && this.ask('npm is gone'), 1_000).unref();
    }
  }

  /** @param {string} reason */
  ask(reason) {
    this.#ask(reason);
  }

  /** @param {() => Promise<unknown>} close */
  add(close) {
    this.#pile.push(close);
  }

  /** Closes everything. @returns {Promise<void>} */
  close() {
    this.#under ??= this.#closeAll();
    return this.#under;
  }

  async #closeAll() {
    for (const close of this.#pile.reverse()) {
      await close().catch((error) =>
        process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`),
      );
    }
  }
}
