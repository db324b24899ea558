import { expect, test } from 'vitest';
import { auditList } from '../../../renderer/pages/audit/list.js';
import { batchesList } from '../../../renderer/pages/cards/batches/list.js';
import { cardsList } from '../../../renderer/pages/cards/list/list.js';
import { usersList } from '../../../renderer/pages/users/list.js';
import type { ListAddress } from '../../../renderer/ui/list/address.js';
import type { Filter } from '../../../renderer/ui/list/filters.js';

const files = import.meta.glob<{ readonly default: object }>('../../../renderer/i18n/*/*.ts', { eager: true });

const languages = ['zh-CN', 'en'];

function missingOf(texts: object | undefined, keys: readonly string[]): readonly string[] {
  return keys.filter(
    (key) => typeof key.split('.').reduce<unknown>((at, step) => Reflect.get(Object(at), step), texts) !== 'string',
  );
}

/** Keys of the texts with which the kit describes a filter. */
function keysOf({ id, editor }: Filter): readonly string[] {
  const own = [`filter.${id}`];
  switch (editor.kind) {
    case 'oneOf':
    case 'anyOf':
      return [...own, ...editor.choices.map((choice) => `${editor.word}.${choice}`)];
    case 'tags':
    case 'choice':
    case 'text':
      return [...own, `filter.${id}Hint`];
    case 'days':
      return editor.never === null ? own : [...own, `filter.${editor.never}`, `filter.${editor.never}Only`];
    default:
      return own;
  }
}

const lists: Readonly<Record<string, Pick<ListAddress, 'filters' | 'find'> & { readonly sorts: readonly string[] }>> = {
  users: usersList,
  cards: cardsList,
  batches: batchesList,
  audit: auditList,
};

test.each(languages.flatMap((language) => Object.entries(lists).map(([name, list]) => ({ language, name, list }))))(
  '$name has every text of its page in $language',
  ({ language, name, list }) => {
    const texts = files[`../../../renderer/i18n/${language}/${name}.ts`]?.default;
    const filtered = list.filters.length === 0 ? [] : ['noMatch', 'exportAll', 'exportAllHint'];
    const keys = [
      'title',
      'empty',
      'emptyHint',
      ...filtered,
      ...(list.find === null ? [] : ['search']),
      ...list.filters.flatMap(keysOf),
      ...list.sorts.map((sort) => `column.${sort}`),
    ];
    expect(missingOf(texts, keys)).toEqual([]);
  },
);

const sources = import.meta.glob<string>('../../../renderer/pages/**/*.tsx', {
  eager: true,
  query: '?raw',
  import: 'default',
});

/** Every change by its operation's name, with the texts of its dialog that differ from the usual. */
const forms = Object.values(sources).flatMap((source) =>
  [...source.matchAll(/<ChangeForm\s([^]*?)onClose|<ChangeForm\s([^]*?)\{\.\.\.rest\}/g)].map((found) => {
    const props = found[1] ?? found[2] ?? '';
    const [, operation = ''] = /operation="([\w.]+)"/.exec(props) ?? [];
    const [group = '', domain = ''] = operation.split('.').toReversed();
    const sentences = [...(/sentence=\{([^}]*)\}/.exec(props)?.[1]?.matchAll(/'(\w+)'/g) ?? [])].map(
      ([, key = '']) => key,
    );
    return {
      operation,
      domain,
      texts: /texts="(\w+)"/.exec(props)?.[1] ?? group,
      sentences: sentences.length === 0 ? ['sentence'] : sentences,
    };
  }),
);

test('the changes are found where they are', () => {
  expect(forms.map(({ operation }) => operation).toSorted()).toEqual([
    'cards.batches.rollback',
    'cards.bind',
    'cards.reissue',
    'cards.renew',
    'cards.revoke',
    'cards.sweep',
    'cards.unbind',
    'users.apis',
    'users.ban',
    'users.delete',
    'users.role',
    'users.tag',
    'users.unban',
  ]);
});

test.each(languages.flatMap((language) => forms.map((form) => ({ language, ...form }))))(
  '$operation has its title, its sentence and its button in $language',
  ({ language, domain, texts, sentences }) => {
    const counted = ['button', ...sentences].flatMap((key) => [`${texts}.${key}_one`, `${texts}.${key}_other`]);
    const file = files[`../../../renderer/i18n/${language}/${domain}.ts`]?.default;
    expect(missingOf(file, [`${texts}.title`, ...counted])).toEqual([]);
  },
);

test.each(
  languages.flatMap((language) => [
    { language, domain: 'users', texts: 'pasteDialog' },
    { language, domain: 'cards', texts: 'paste' },
  ]),
)('the pasting of $domain has its texts in $language', ({ language, domain, texts }) => {
  const counted = ['read', 'duplicates', 'tooLong'].flatMap((key) => [`${key}_one`, `${key}_other`]);
  const keys = ['title', 'label', 'hint', 'nothing', 'tooMany', ...counted].map((key) => `${texts}.${key}`);
  expect(missingOf(files[`../../../renderer/i18n/${language}/${domain}.ts`]?.default, keys)).toEqual([]);
});
