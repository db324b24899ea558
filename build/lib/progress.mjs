// @ts-check
/** The output while a machine is being set up: one numbered line per step, with its time. */

/** @param {number} since milliseconds, from performance.now() @returns {string} */
export const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`;

/** Something that could not be obtained; the rest continues without it. */
export class Notice extends Error {
  /** @param {string} message */
  constructor(message) {
    super(message);
    this.name = 'Notice';
  }
}

/** Numbered steps; several may run at once, and each prints its line when it ends. */
export class Progress {
  #total;
  #next = 1;

  /** @param {number} total how many steps there will be @param {NodeJS.WritableStream} [out] */
  constructor(total, out = process.stderr) {
    this.#total = total;
    this.out = out;
  }

  /**
   * Runs one step. Its function returns a remark for the line, or nothing. A `Notice` ends the step without ending the
   * run.
   * @param {string} label @param {() => Promise<string | void>} work @returns {Promise<boolean>} whether it was done
   */
  async step(label, work) {
    const number = `[${this.#next++}/${this.#total}]`;
    const since = performance.now();
    try {
      const remark = await work();
      this.out.write(`${number} ${label} … ok ${seconds(since)}${remark ? ` (${remark})` : ''}\n`);
      return true;
    } catch (error) {
      if (error instanceof Notice) {
        this.out.write(`${number} ${label} … not here ${seconds(since)}\n      ${error.message}\n`);
        return false;
      }
      this.out.write(`${number} ${label} … failed ${seconds(since)}\n`);
      throw error;
    }
  }
}
