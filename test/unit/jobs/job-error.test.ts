import { expect, test } from 'vitest';
import { errorCodes, Refusal } from '../../../electron/contract/errors.js';
import { codeOfJobError, jobErrorOf, readJobError, writeJobError } from '../../../electron/jobs/job-error.js';

test('both languages fit the column, however long the reason', () => {
  for (const length of [10, 200, 260, 2_000]) {
    const reason = { zh: '满'.repeat(length), en: '"full"'.repeat(length) };
    const text = writeJobError(reason);
    expect(text.length).toBeLessThanOrEqual(500);
    const read = readJobError(text);
    if (typeof read === 'string') throw new Error('one language only');
    expect(reason.zh.startsWith(read.zh.replace(/ …$/, ''))).toBe(true);
    expect(read.en).not.toBe('');
    expect(read.zh).not.toBe('');
  }
  expect(readJobError(writeJobError({ zh: '满', en: 'full' }))).toEqual({ zh: '满', en: 'full' });
  expect(readJobError(writeJobError('x'.repeat(900)))).toBe('x'.repeat(500));
});

test.each(errorCodes)('the code %s is stored with the reason, however long it is', (code) => {
  for (const length of [1, 600]) {
    const error = new Refusal(code, { zh: '满'.repeat(length), en: 'f'.repeat(length) });
    const stored = writeJobError(jobErrorOf(error));
    expect(stored.length).toBeLessThanOrEqual(500);
    expect(codeOfJobError(readJobError(stored))).toBe(code);
  }
});

test('an unexpected error, one stored without a code and one with the code of another version have none', () => {
  for (const stored of ['boom', '{"zh":"满","en":"full"}', '{"code":"melted","zh":"满","en":"full"}'])
    expect(codeOfJobError(readJobError(stored))).toBe(null);
});
