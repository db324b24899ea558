import { describe, expect, it, test } from 'vitest';
import { contract } from '../../../electron/contract/index.js';
import type { Definition } from '../../../electron/contract/operation.js';
import { commands as windowCommands } from '../../../renderer/app/commands.js';
import { domains } from '../../../renderer/app/palette/domains.js';
import { cardsKinds } from '../../../renderer/pages/cards/actions/types.js';
import { bulkKinds } from '../../../renderer/pages/users/actions/types.js';
import { commands as listCommands } from '../../../renderer/ui/list/commands.js';

const texts = import.meta.glob<{ readonly default: object }>('../../../renderer/i18n/*/*.ts', { eager: true });
const sources = import.meta.glob<string>('../../../renderer/{app,pages,ui}/**/*.{ts,tsx}', {
  eager: true,
  query: '?raw',
  import: 'default',
});

const commands = [...domains.flatMap((domain) => domain.commands), ...listCommands, ...windowCommands];
const tabs = domains.flatMap((domain) => domain.tabs);

/** Operations that change something and are not in the palette, with the reason. */
const exceptions: Readonly<Record<string, string>> = {
  'session.signIn': 'the sign-in page opens by itself; before it there is no palette',
  'session.firstOwner': 'its page opens by itself where a site has no owner; before it there is no palette',
};

describe('the palette', () => {
  const offered = new Set<string>(commands.flatMap(({ id, also = [] }) => [id, ...also]));
  const changing = Object.entries(contract as Readonly<Record<string, Definition>>)
    .filter(([, { kind }]) => kind !== 'read')
    .map(([name]) => name);

  it.each(changing)('offers %s, or says why not', (name) => {
    expect([offered.has(name), name in exceptions].filter(Boolean)).toHaveLength(1);
  });

  it('has each command once', () => {
    expect(commands.length).toBeGreaterThan(40);
    expect(commands.map(({ id }) => id).filter((id, at, all) => all.indexOf(id) !== at)).toEqual([]);
  });

  it('names only operations that exist as parts of others', () => {
    expect(commands.flatMap(({ also = [] }) => also).filter((name) => !(name in contract))).toEqual([]);
  });
});

/** Ids whose actions are made from lists of kinds. */
const made = new Set([
  ...bulkKinds.map((kind) => `users.${kind}`),
  ...cardsKinds.map((kind) => `cards.${kind}`),
  ...['users', 'cards', 'cards.batches', 'audit'].map((list) => `${list}.export`),
]);
/** Leads to a page where one chooses; there is nothing to start. */
const leadsOnly = ['connections.open'];

test('every command is offered by something on the screen', () => {
  const code = Object.entries(sources)
    .filter(([path]) => !path.endsWith('/commands.ts'))
    .map(([, text]) => text)
    .join('\n');
  const isOffered = (id: string) => code.includes(`'${id}': `) || code.includes(`    ${id}: { run`) || made.has(id);
  expect(commands.map(({ id }) => id).filter((id) => !leadsOnly.includes(id) && !isOffered(id))).toEqual([]);
});

test('every place exists', () => {
  const router = sources['../../../renderer/app/router.tsx'] ?? '';
  const places = [...commands.flatMap(({ at = [] }) => at), ...tabs.map(({ at }) => at)];
  expect(places.length).toBeGreaterThan(30);
  expect(places.filter(({ to }) => !router.includes(`path: '${to}'`))).toEqual([]);
  const sections = places.flatMap(({ search }) => (search === undefined ? [] : [String(search['section'])]));
  const settings = Object.entries(sources).flatMap(([path, text]) => (path.includes('/pages/settings/') ? text : []));
  expect(sections.filter((name) => !settings.some((text) => text.includes(`id="${name}"`)))).toEqual([]);
});

test.each(['zh-CN', 'en'])('every text is there in %s', (language) => {
  const keys = [
    ...commands.flatMap(({ name, choose = name }) => [name, choose]),
    ...tabs.flatMap(({ names }) => names),
    ...domains.map(({ key }) => `${key}:title`),
  ];
  const missing = keys.filter((key) => {
    const [file = '', path = ''] = key.split(':');
    const all = texts[`../../../renderer/i18n/${language}/${file}.ts`]?.default;
    const text = path.split('.').reduce<unknown>((at, step) => Reflect.get(Object(at), step), all);
    return typeof text !== 'string' || text.includes('{{');
  });
  expect(missing).toEqual([]);
});
