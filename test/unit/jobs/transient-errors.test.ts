import { expect, test } from 'vitest';
import { Refusal } from '../../../electron/contract/errors.js';
import { standardPace, triesAfter } from '../../../electron/jobs/transient-errors.js';

/** Seconds from the first failure until a job is given up that fails this way each time. */
function patienceOf(error: unknown): number {
  let milliseconds = 0;
  for (let tried = 1; tried <= triesAfter(error); tried += 1)
    milliseconds += Math.min(standardPace.step * tried, standardPace.longest);
  return milliseconds / 1_000;
}

const refusal = (code: 'unavailable' | 'timeout' | 'conflict' | 'read_only', errno?: number): Refusal =>
  new Refusal(code, { zh: '', en: '' }, errno === undefined ? {} : { cause: Object.assign(new Error(), { errno }) });

test('a job waits six minutes for a server or a lock, half a minute for writes, and for nothing else', () => {
  for (const waits of [
    refusal('unavailable'),
    refusal('timeout'),
    refusal('conflict', 1205),
    refusal('conflict', 1213),
  ])
    expect(patienceOf(waits)).toBeCloseTo(352.5);
  expect(patienceOf(refusal('read_only', 1290))).toBeCloseTo(28.5);
  for (const ends of [refusal('conflict'), refusal('conflict', 1062), refusal('read_only'), new Error('inside')])
    expect(patienceOf(ends)).toBe(0);
});
