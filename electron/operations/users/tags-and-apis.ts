import { Refusal } from '../../contract/errors.js';
import type { Parsed } from '../../contract/index.js';
import { entriesEdited } from '../kit/entry-statements.js';
import { holdUsers } from '../../data/write/user-rows.js';
import { TrackedRows } from '../../domain/tracked-rows.js';
import { type LockedUser, ownerOf, type UserChange, type UserWork } from './user-change.js';
import { join, part } from '../../data/mysql/sql.js';
import { hasName, isNames, parseNames } from './tags.js';

type TagInput = Pick<Parsed<'users.tag'>, 'who' | 'add' | 'remove'>;
type ApisInput = Pick<Parsed<'users.apis'>, 'who' | 'apis'>;

/** Adds and removes tags. Column and entry each keep their other tags in order. */
export const tag: UserChange<TagInput> = {
  operation: 'users.tag',
  chunk: 2_000,
  already({ add, remove }) {
    const present = add.map((name) => hasName('u.tags', name));
    const absent = remove
      .map((name) => hasName('u.tags', name))
      .map(({ sql, parameters }) => part(`NOT ${sql}`, ...parameters));
    return join([...present, ...absent], ' AND ');
  },
  state: "COALESCE(u.tags, '')",
  hold: holdUsers,
  effects: {},
  endsSessions: () => false,
  detail: (user, input) => ({
    before: parseNames(user.tags).join(', '),
    after: edited(parseNames(user.tags), input).join(', '),
  }),
  statements: (_input, mode) => [
    'UPDATE users SET tags = <with the tags added and removed> WHERE id IN (…)',
    ...entriesEdited(mode, 'tags', true),
  ],
  check({ add, remove }) {
    const both = add.filter((name) => remove.includes(name));
    if (add.length + remove.length > 0 && both.length === 0) return;
    throw new Refusal(
      'invalid_input',
      both.length > 0
        ? { zh: '同一个标签不能既添加又移除', en: 'A tag cannot be added and removed at once' }
        : { zh: '没有要添加或移除的标签', en: 'No tag to add or remove' },
      {
        details: { field: 'add' },
      },
    );
  },
  apply: (work, users) => setLists(work, users, 'tags', 'tags', (old) => edited(old, work.input)),
};

/** Sets the APIs that users may use. An empty list means all that the site allows. */
export const apis: UserChange<ApisInput> = {
  operation: 'users.apis',
  chunk: 2_000,
  already: (input) => isNames('u.enabled_apis', input.apis),
  state: "COALESCE(u.enabled_apis, '')",
  hold: holdUsers,
  effects: {},
  endsSessions: () => false,
  detail: (user, input) => ({ before: parseNames(user.enabled_apis).join(', '), after: input.apis.join(', ') }),
  statements: (_input, mode) => [
    'UPDATE users SET enabled_apis = <the list> WHERE id IN (…)',
    ...entriesEdited(mode, 'enabledApis', true),
  ],
  apply: (work, users) => setLists(work, users, 'enabled_apis', 'enabledApis', () => [...new Set(work.input.apis)]),
};

function edited(old: readonly string[], { add, remove }: TagInput): readonly string[] {
  return [
    ...old.filter((name) => !remove.includes(name)),
    ...add.filter((name, at) => !old.includes(name) && add.indexOf(name) === at),
  ];
}

/**
 * Changes a list column and its field in the config. The two may differ, so each is changed from its own state. The
 * site leaves out an empty list.
 */
function setLists(
  work: UserWork,
  users: readonly LockedUser[],
  column: 'tags' | 'enabled_apis',
  field: string,
  edit: (old: readonly string[]) => readonly string[],
): void {
  const rows = work.track(new TrackedRows<LockedUser>('users'));
  for (const user of users) {
    const there = work.config.entry(user.username)?.[field];
    const old = Array.isArray(there)
      ? there.filter((name): name is string => typeof name === 'string')
      : parseNames(typeof there === 'string' ? there : user[column]);
    const inEntry = edit(old);
    const names = edit(parseNames(user[column]));
    rows.edit(user, { [column]: names.length === 0 ? null : JSON.stringify(names) });
    work.editEntry(ownerOf(user), { [field]: inEntry.length === 0 ? undefined : inEntry }, true);
    work.done(user);
  }
}
