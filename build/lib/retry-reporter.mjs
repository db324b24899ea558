// @ts-check
/** A reporter that keeps the first failure of a test that passed on its second run; otherwise it would be lost. */
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
