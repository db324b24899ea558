import { describe, expect, test } from 'vitest';
import {
  changesNothing,
  countingNext,
  isHalfLearnt,
  nameOf,
  type Tenure,
} from '../../../electron/data/cache/tenure.js';

const zeros = '0'.repeat(40);
/** A master `run` whose term of office is `replid`, taken over from `former`. */
const master = (run: string, replid: string, former = zeros): Tenure => ({ run, replid, former });
const nothing = { witnessed: false, abandoned: false };
const counting = (seen: readonly Tenure[], counted: readonly Tenure[], more: Partial<typeof nothing> = {}) =>
  countingNext(seen, counted, { ...nothing, ...more });

const old = master('a', 'a1');
const next = master('b', 'b1', 'a1');

describe('which masters count next, of one server', () => {
  test('the successor of the one that counts, and never the other way round', () => {
    expect(counting([next], [old])).toEqual([next]);
    for (const more of [{}, { witnessed: true }]) expect(counting([old], [next], more)).toBeNull();
  });

  test('a master that was a replica in between', () => {
    const again = master('a', 'a2', 'b1');
    expect(counting([again], [next])).toEqual([again]);
    expect(counting([next], [again])).toBeNull();
  });

  test('the same run under another id, which it has from losing its replicas', () => {
    const renamed = master('b', 'b2');
    expect(changesNothing([renamed], [next])).toBe(false);
    expect(counting([renamed], [next])).toEqual([renamed]);
  });

  test('one that nothing is known of: only if the change was witnessed, or nobody confirms the other', () => {
    const restarted = master('c', 'c1');
    expect(counting([restarted], [old])).toBeNull();
    expect(counting([restarted], [old], { witnessed: true })).toEqual([restarted]);
    expect(counting([restarted], [old], { abandoned: true })).toEqual([restarted]);
    expect(counting([old], [next], { abandoned: true })).toEqual([old]);
  });
});

describe('which masters of a cluster count next', () => {
  const [two, three] = [master('m', 'm1'), master('n', 'n1')];
  const all = [old, two, three];

  test('who sees only some of them has no news', () => {
    expect(changesNothing([three, old], all)).toBe(true);
    expect(changesNothing([...all].reverse(), all)).toBe(true);
    expect(changesNothing([next, two], all)).toBe(false);
  });

  test('a successor takes the place of its master; those that are not seen go on', () => {
    expect(nameOf(counting([next, two], all) ?? [])).toBe(nameOf([next, two, three]));
    expect(counting([old, two, three], [next, two, three])).toBeNull();
    expect(counting([old, two, three], [next, two, three], { witnessed: true })).toBeNull();
  });

  test('who sees a master and its successor waits until it sees one of them', () => {
    expect(isHalfLearnt([old, next, two, three])).toBe(true);
    expect(isHalfLearnt([next, two, three])).toBe(false);
    expect(isHalfLearnt(all)).toBe(false);
  });

  test('a further master', () => {
    const four = master('o', 'o1');
    expect(counting([...all, four], all)).toEqual([...all, four]);
  });

  test('one that was restarted: if whoever has witnessed it sees most of the others', () => {
    const restarted = master('r', 'r1');
    expect(counting([restarted, two, three], all)).toBeNull();
    expect(counting([restarted, two, three], all, { witnessed: true })).toEqual([restarted, two, three]);
    expect(counting([restarted], all, { witnessed: true })).toBeNull();
  });
});
