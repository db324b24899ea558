// @ts-check
/** A reporter that keeps what went wrong at first in a test that passed when it was run once more: it would be lost otherwise. */
export default class SecondTry {
  /** @type {string[]} */
  #first = [];

  /** @param {import('vitest/node').TestCase} test */
  onTestCaseResult(test) {
    if (test.diagnostic()?.flaky !== true) return;
    const errors = (test.result().errors ?? []).map(
      ({ stack, message, diff }) => `${stack ?? message}${diff ? `\n${diff}` : ''}`,
    );
    this.#first.push(`${test.module.relativeModuleId} > ${test.fullName}\n${errors.join('\n')}`);
  }

  onTestRunEnd() {
    for (const one of this.#first) process.stdout.write(`\nPassed only at the second try: ${one}\n`);
  }
}
