import { describe, expect, it, test } from 'vitest';
import { domains } from '../../../renderer/app/palette/domains.js';
import { commands as listCommands } from '../../../renderer/ui/list/commands.js';
import { keyGroups, printed } from '../../../renderer/ui/keys.js';

const sources = Object.entries(
  import.meta.glob<string>('../../../renderer/{app,pages,ui,state}/**/*.{ts,tsx}', {
    eager: true,
    query: '?raw',
    import: 'default',
  }),
)
  .filter(([path]) => !/\/(?:commands|keys)\.ts$/.test(path))
  .map(([path, text]) => ({
    path: path.replace(/^.*renderer\//, ''),
    text: text.replaceAll(/\/\*[^]*?\*\/|\/\/ .*$/gm, ''),
  }));

/** What `?` shows. */
const listed = new Set<string>([
  ...keyGroups.flatMap(({ keys }) => keys.flatMap((one) => [...one.keys])),
  ...domains.flatMap(({ commands }) => commands.flatMap(({ keys = [] }) => keys)),
]);
const lastOf = (keys: string): string => keys.split('+').at(-1) ?? keys;

describe('every key that is bound is in the list of keys', () => {
  const bound = sources.flatMap(({ path, text }) =>
    [...text.matchAll(/\bkeys: ['`]([^'`]+)['`]/g)].map(([, keys = '']) => ({ path, keys })),
  );

  it('by useHotkeys', () => {
    expect(bound.length).toBeGreaterThan(20);
    const dynamic = bound.filter(({ keys }) => keys.includes('${'));
    expect(dynamic.map(({ path, keys }) => `${path}: ${keys}`)).toEqual([
      'app/palette/useCommands.ts: g ${letter}',
      'app/useDeskKeys.ts: g ${letter}',
    ]);
    expect(bound.filter(({ keys }) => !keys.includes('${') && !listed.has(keys))).toEqual([]);
  });

  it('by the handlers of single elements', () => {
    const names =
      /\b(?:Arrow(?:Up|Down|Left|Right)|Page(?:Up|Down)|Enter|Escape|Tab|Backspace|Delete|Insert|F\d{1,2})\b/g;
    const handling = sources.filter(({ text }) => /KeyboardEvent|onKeyDown|'keydown'/.test(text));
    expect(handling.length).toBeGreaterThan(8);
    const keys = handling.flatMap(({ path, text }) =>
      [
        ...[...text.matchAll(names)].map(([name]) => name),
        ...[...text.matchAll(/\b(Home|End)(?=:|')/g)].map(([name]) => name),
        ...[...text.matchAll(/'( )': \(/g)].map(() => 'Space'),
        ...[...text.matchAll(/\bkey(?:\.toLowerCase\(\))? [!=]== '(.)'/g)].map(([, name = '']) => name),
      ].map((name) => ({ path, key: name.toLowerCase() })),
    );
    expect(keys.length).toBeGreaterThan(25);
    const shown = new Set([...listed].map(lastOf));
    expect(keys.filter(({ key }) => !shown.has(key))).toEqual([]);
  });
});

test('a key of the list of keys is bound', () => {
  const all = sources.map(({ text }) => text).join('\n');
  const single = domains.flatMap(({ commands }) => commands.flatMap(({ keys = [] }) => keys));
  expect(single.length).toBeGreaterThan(3);
  expect(
    [...single, ...listCommands.flatMap(({ keys = [] }) => keys)].filter((key) => !all.includes(`keys: '${key}'`)),
  ).toEqual([]);
});

test('keys are shown as they are printed on a keyboard', () => {
  expect(printed(['mod+k'])).toBe('Ctrl K');
  expect(printed(['shift+arrowdown', 'shift+arrowup'])).toBe('Shift ↓ ↑');
  expect(printed(['r', 'f5'])).toBe('r F5');
  expect(printed(['g u'])).toBe('g u');
  expect(printed(['escape'])).toBe('Esc');
});
