import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import filterTexts from '../../../renderer/i18n/zh-CN/filters.js';
import auditTexts from '../../../renderer/i18n/zh-CN/audit.js';
import batchTexts from '../../../renderer/i18n/zh-CN/batches.js';
import cardTexts from '../../../renderer/i18n/zh-CN/cards.js';
import userTexts from '../../../renderer/i18n/zh-CN/users.js';
import { auditList } from '../../../renderer/pages/audit/list.js';
import { batchesList } from '../../../renderer/pages/cards/batches/list.js';
import { cardsList } from '../../../renderer/pages/cards/list/list.js';
import { usersList } from '../../../renderer/pages/users/list.js';
import { cleared } from '../../../renderer/ui/list/address.js';
import type { Filter, RawAddress } from '../../../renderer/ui/list/filters.js';
import type { Words } from '../../../renderer/ui/words.js';

/** A text by its key, as i18next finds it. */
const words =
  (texts: object): Words =>
  (key, values = {}) => {
    const found = key.split('.').reduce<unknown>((at, step) => Reflect.get(Object(at), step), texts);
    if (typeof found !== 'string') throw new Error(`There is no text ${key}.`);
    return found.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => String(values[name]));
  };
const shared = words(filterTexts);

const lists = {
  users: { list: usersList, own: words(userTexts) },
  cards: { list: cardsList, own: words(cardTexts) },
  batches: { list: batchesList, own: words(batchTexts) },
  audit: { list: auditList, own: words(auditTexts) },
} as const;

type Name = keyof typeof lists;

const filterOf = (name: Name, id: string): Filter => {
  const filter = lists[name].list.filters.find((one) => one.id === id);
  if (filter === undefined) throw new Error(`${name} has no filter ${id}.`);
  return filter;
};

const chip = (name: Name, id: string, address: RawAddress): string | null =>
  filterOf(name, id).chip(address, {
    own: lists[name].own,
    shared,
    choices: [{ value: 'users.ban', label: '封禁用户' }],
  });

const start = (day: string) => new Date(`${day}T00:00:00`).toISOString();
const end = (day: string) => new Date(`${day}T23:59:59.999`).toISOString();

/** Each kind: what the address says, what is sent, and what its chip says. */
const cases: readonly (readonly [Name, string, RawAddress, object, string])[] = [
  ['users', 'state', { state: 'banned' }, { state: 'banned' }, '已封禁'],
  ['users', 'role', { role: ['owner', 'admin'] }, { roles: ['owner', 'admin'] }, '站长或管理员'],
  ['users', 'tag', { tag: ['渠道-A', 'VIP'] }, { tags: ['渠道-A', 'VIP'] }, '渠道-A或VIP'],
  ['users', 'card', { card: 'none' }, { card: 'none' }, '无会员'],
  ['users', 'memberEnds', { memberEndsTo: '2026-07-31' }, { memberEndsTo: end('2026-07-31') }, '至 2026-07-31'],
  ['users', 'points', { pointsMin: 10 }, { pointsMin: 10 }, '≥ 10'],
  ['users', 'points', { pointsMax: 5_000 }, { pointsMax: 5_000 }, '≤ 5,000'],
  ['users', 'points', { pointsMin: 0, pointsMax: 5_000 }, { pointsMin: 0, pointsMax: 5_000 }, '0–5,000'],
  ['users', 'created', { createdFrom: '2026-07-01' }, { createdFrom: start('2026-07-01') }, '2026-07-01 起'],
  ['users', 'created', { createdTo: '2026-07-31' }, { createdTo: end('2026-07-31') }, '至 2026-07-31'],
  [
    'users',
    'created',
    { createdFrom: '2026-07-01', createdTo: '2026-07-31' },
    { createdFrom: start('2026-07-01'), createdTo: end('2026-07-31') },
    '2026-07-01 至 2026-07-31',
  ],
  ['users', 'login', { loginFrom: '2026-07-01' }, { lastLoginFrom: start('2026-07-01') }, '2026-07-01 起'],
  // A user who never signed in has no sign-in day.
  ['users', 'login', { never: true, loginFrom: '2026-07-01' }, { neverSignedIn: true }, '从未登录'],
  ['cards', 'state', { state: ['unused'] }, { states: ['unused'] }, '未使用'],
  ['cards', 'type', { type: ['year', 'week'] }, { types: ['year', 'week'] }, '年卡或周卡'],
  ['cards', 'batch', { batch: '12' }, { batch: '12' }, '#12'],
  ['cards', 'channel', { channel: '代理 A' }, { channel: '代理 A' }, '代理 A'],
  ['cards', 'channel', { noChannel: true }, { channel: '' }, '没有渠道'],
  ['cards', 'operator', { operator: 'moonowner' }, { operator: 'moonowner' }, 'moonowner'],
  ['cards', 'exported', { exported: 'no' }, { exported: 'no' }, '否'],
  ['cards', 'batchSearch', { batchSearch: '春节' }, { batchSearch: '春节' }, '春节'],
  ['cards', 'stale', { stale: 'yes' }, { stale: 'yes' }, '是'],
  ['cards', 'user', { user: '小明' }, { user: '小明' }, '小明'],
  ['cards', 'expires', { expiresFrom: '2026-07-01' }, { expiresFrom: start('2026-07-01') }, '2026-07-01 起'],
  ['cards', 'created', { createdTo: '2026-07-01' }, { createdTo: end('2026-07-01') }, '至 2026-07-01'],
  ['cards', 'bound', { boundTo: '2026-07-01' }, { boundTo: end('2026-07-01') }, '至 2026-07-01'],
  ['batches', 'channel', { channel: '代理 A' }, { channel: '代理 A' }, '代理 A'],
  ['batches', 'channel', { noChannel: true }, { channel: '' }, '没有渠道'],
  ['batches', 'operator', { operator: 'moonowner' }, { operator: 'moonowner' }, 'moonowner'],
  ['batches', 'exported', { exported: 'yes' }, { exported: 'yes' }, '是'],
  ['audit', 'operator', { operator: 'moonowner' }, { operator: 'moonowner' }, 'moonowner'],
  ['audit', 'operation', { operation: 'users.ban' }, { operation: 'users.ban' }, '封禁用户'],
  ['audit', 'operation', { operation: 'gone.by' }, { operation: 'gone.by' }, 'gone.by'],
  ['audit', 'outcome', { outcome: 'refused' }, { outcome: 'refused' }, '被拒绝'],
  [
    'audit',
    'time',
    { from: '2026-07-01', to: '2026-07-02' },
    { from: start('2026-07-01'), to: end('2026-07-02') },
    '2026-07-01 至 2026-07-02',
  ],
];

describe('a filter', () => {
  test.each(cases)('%s.%s: address %j', (name, id, address, sent, says) => {
    const { list } = lists[name];
    const filter = filterOf(name, id);
    expect(list.read(address), 'the address is kept').toEqual(address);
    expect(list.filterOf(address)).toEqual(sent);
    expect(chip(name, id, address)).toBe(says);
    expect(
      list.filters.filter((other) => other !== filter && chip(name, other.id, address) !== null),
      'one chip',
    ).toEqual([]);

    const without = { ...address, ...Object.fromEntries(filter.parts.map((part) => [part, undefined])) };
    expect(list.read(without), 'cleared').toEqual({});
    expect(list.filterOf(without)).toEqual({});
    expect(chip(name, id, without)).toBeNull();
  });

  test('is tried here, each of every list', () => {
    const tried = new Set(cases.map(([name, id]) => `${name}.${id}`));
    const all = Object.entries(lists).flatMap(([name, { list }]) => list.filters.map(({ id }) => `${name}.${id}`));
    expect(all.filter((one) => !tried.has(one))).toEqual([]);
  });

  test.each([
    ['another word', { state: 'gone', card: 'ACTIVE', role: ['root', 7], sort: 'password' }],
    ['another type', { state: ['banned'], role: null, tag: {}, never: 'true', pointsMin: '10', asc: 'yes', user: [] }],
    ['no days', { createdFrom: '2026-02-30', createdTo: 'now', loginFrom: 20260701, loginTo: '' }],
    ['no whole numbers', { pointsMin: 1.5, pointsMax: Number.NaN }],
    ['nothing in it', { q: '   ', tag: ['', ' '], user: '' }],
    ['too long', { q: 'x'.repeat(51), tag: 'x'.repeat(51), user: 'x'.repeat(201) }],
    ['unknown parts', { filter: 'all', names: ['x'] }],
  ])('leaves out what it does not understand: %s', (_, address) => {
    expect(usersList.read(address)).toEqual({});
    expect(usersList.filterOf(address)).toEqual({});
  });

  test.each([
    ['no numbers of rows', { batch: 'abc', card: '#7' }],
    ['another word', { state: 'valid', type: ['decade'], sort: 'points' }],
    ['another type', { user: ['x'], expiresFrom: 5, boundTo: null }],
  ])('leaves out what it does not understand of cards: %s', (_, address) => {
    expect(cardsList.read(address)).toEqual({});
    expect(cardsList.filterOf(address)).toEqual({});
  });

  test('takes the good of what is half good', () => {
    expect(usersList.read({ role: ['root', 'admin', 'admin'], tag: 'VIP', pointsMin: 5, pointsMax: 'x' })).toEqual({
      role: ['admin'],
      tag: ['VIP'],
      pointsMin: 5,
    });
    expect(cardsList.read({ batch: 12, card: '#7', user: 42 }), 'figures in an address count as text').toEqual({
      batch: '12',
      user: '42',
    });
  });
});

describe('the address of a list', () => {
  test('holds search, order and the open drawer; a view keeps all but the drawer', () => {
    const address = { q: ' moon ', state: 'banned', sort: 'points', asc: true, user: '小明' };
    expect(usersList.read(address)).toEqual({ ...address, q: 'moon' });
    expect(usersList.viewOf(address)).toEqual({ q: 'moon', state: 'banned', sort: 'points', asc: true });
    expect(usersList.filterOf(address)).toEqual({ search: 'moon', state: 'banned' });
    expect(auditList.read({ target: ' a b ', entry: '7', sort: 'at', asc: true })).toEqual({
      target: ' a b ',
      entry: '7',
    });
    expect(batchesList.read({ batch: '12', state: 'used' })).toEqual({ batch: '12' });
    expect(batchesList.filterOf({ batch: '12' })).toEqual({});
  });

  test('is cleared of filters and search, and keeps order and drawer', () => {
    const all: RawAddress = cases
      .filter(([name]) => name === 'users')
      .reduce<RawAddress>((sum, [, , address]) => ({ ...sum, ...address }), { q: 'moon', sort: 'points', user: 'x' });
    expect(Object.keys(usersList.read(all)).length).toBeGreaterThan(12);
    expect(usersList.read({ ...all, ...cleared(usersList) })).toEqual({ sort: 'points', user: 'x' });
  });

  test('is read whatever stands in it, and what was read is read again as the same', () => {
    const part = fc.oneof(
      fc.constantFrom(
        'state',
        'role',
        'tag',
        'q',
        'target',
        'user',
        'batch',
        'never',
        'createdFrom',
        'pointsMin',
        'from',
        'sort',
      ),
      fc.string(),
    );
    fc.assert(
      fc.property(
        fc.dictionary(part, fc.anything()),
        fc.constantFrom(...Object.values(lists)),
        (address, { list, own }) => {
          const read: RawAddress = list.read(address);
          expect(list.read(read)).toEqual(read);
          expect(list.filterOf(read)).toEqual(list.filterOf(address));
          for (const filter of list.filters) {
            const says = filter.chip(read, { own, shared, choices: [] });
            expect(says === null, `${filter.id}: a chip where there is something to clear`).toBe(
              filter.parts.every((one) => read[one] === undefined),
            );
          }
        },
      ),
    );
  });
});
