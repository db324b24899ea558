import { expect, test } from 'vitest';
import { Refusal } from '../../../electron/contract/errors.js';
import { refusalOf } from '../../../electron/data/mysql/errors.js';
import { patienceWith, standardPace } from '../../../electron/jobs/transient-errors.js';

/** Seconds from the first failure until a job stops that fails this way each time, and whether it goes on by itself. */
function patienceOf(error: unknown): readonly [seconds: number, passes: boolean] {
  const { tries, passes } = patienceWith(error);
  let milliseconds = 0;
  for (let tried = 1; tried <= tries; tried += 1)
    milliseconds += Math.min(standardPace.step * tried, standardPace.longest);
  return [milliseconds / 1_000, passes];
}

const said = (errno: number, message = ''): Error => refusalOf(Object.assign(new Error(message), { errno }));
const refusal = (code: 'unavailable' | 'timeout' | 'conflict' | 'read_only', cause?: Error): Refusal =>
  new Refusal(code, { zh: '', en: '' }, cause === undefined ? {} : { cause });

test('a job waits for what passes, and is shown as stopped after six minutes, or half a minute without writes', () => {
  const lost = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
  for (const waits of [refusal('unavailable'), refusalOf(lost), said(1205), said(1213), said(1047), said(1180)])
    expect(patienceOf(waits)).toEqual([352.5, true]);
  for (const waits of [said(1290, 'running with the --read-only option'), said(1836), said(1792)])
    expect(patienceOf(waits)).toEqual([28.5, true]);
});

test('it gives up for good after as long where its own statement may be to blame, and at once after anything else', () => {
  for (const tries of [refusal('timeout'), said(1317), said(1969), said(1114)])
    expect(patienceOf(tries)).toEqual([352.5, false]);
  const duplicate = Object.assign(new Error(), { errno: 1062 });
  for (const fails of [
    refusal('conflict'),
    refusal('conflict', duplicate),
    // The console is locked, not the server.
    refusal('read_only'),
    // A lock that was waited for, but the refusal speaks of something else.
    refusal('read_only', Object.assign(new Error(), { errno: 1205 })),
    said(1290, 'running with the --secure-file-priv option'),
    new Error('inside'),
  ])
    expect(patienceOf(fails)).toEqual([0, false]);
});
