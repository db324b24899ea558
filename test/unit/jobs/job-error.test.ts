import { expect, test } from 'vitest';
import { readJobError, writeJobError } from '../../../electron/jobs/job-error.js';

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
