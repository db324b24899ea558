import * as z from 'zod';
import { describe, expect, expectTypeOf, it } from 'vitest';
import type { Changed, Page, Preview } from '../../../electron/contract/common.js';
import { contract } from '../../../electron/contract/index.js';
import { change, type Dotted, listing, orderedBy, rowOf } from '../../../electron/contract/kit.js';
import type { Definition, InputOf, OutputOf } from '../../../electron/contract/operation.js';

const definitions = Object.entries(contract as Readonly<Record<string, Definition>>);

describe('a change', () => {
  const pair = change('things.paint', {
    summary: { zh: '上色', en: 'Paint things' },
    input: z.strictObject({ colour: z.enum(['red', 'blue']) }),
    more: { note: z.string().optional() },
    role: 'owner',
    needs: 'console',
    secrets: ['note'],
    timeLimit: 9_000,
    example: { colour: 'red' },
  });
  const fingerprint = '0123456789abcdef';

  it('is a preview and the change itself, with one right, one set of tables, one list of secrets', () => {
    const both = { scope: 'site', role: 'owner', needs: 'console', secrets: ['note'], timeLimit: 9_000 };
    expect(pair['things.paint.preview']).toMatchObject({ ...both, kind: 'read', example: { colour: 'red' } });
    expect(pair['things.paint.preview'].summary).toEqual({ zh: '预览上色', en: 'Preview: paint things' });
    expect(pair['things.paint']).toMatchObject({ ...both, kind: 'write', example: { colour: 'red', fingerprint } });
  });

  it('takes the fingerprint, and what only the change needs, with the second call alone', () => {
    const { 'things.paint.preview': preview, 'things.paint': done } = pair;
    expect(preview.input.safeParse({ colour: 'red' }).success).toBe(true);
    expect(preview.input.safeParse({ colour: 'red', fingerprint }).success).toBe(false);
    expect(preview.input.safeParse({ colour: 'red', note: 'a' }).success).toBe(false);
    expect(done.input.safeParse({ colour: 'red' }).success).toBe(false);
    expect(done.input.parse({ colour: 'red', note: 'a', fingerprint })).toEqual({
      colour: 'red',
      note: 'a',
      fingerprint,
    });
    expect(done.input.safeParse({ colour: 'red', fingerprint, other: 1 }).success).toBe(false);
  });

  it('has exact types', () => {
    expectTypeOf<InputOf<(typeof pair)['things.paint.preview']>>().toEqualTypeOf<{ colour: 'red' | 'blue' }>();
    expectTypeOf<InputOf<(typeof pair)['things.paint']>>().toEqualTypeOf<{
      colour: 'red' | 'blue';
      note?: string | undefined;
      fingerprint: string;
    }>();
    expectTypeOf<OutputOf<(typeof pair)['things.paint.preview']>>().toEqualTypeOf<Preview>();
    expectTypeOf<OutputOf<(typeof pair)['things.paint']>>().toEqualTypeOf<Changed>();
    expectTypeOf<(typeof pair)['things.paint']['scope']>().toEqualTypeOf<'site'>();
  });
});

describe('a listing', () => {
  const calls = listing('things', {
    noun: { zh: '物品', en: 'things' },
    row: rowOf<{ readonly id: string }>({ id: true }),
    filter: z.strictObject({ colour: z.string().optional() }).default({}),
    order: orderedBy(z.enum(['age', 'name']).default('age')),
    export: { fields: { who: z.array(z.string()).optional() }, needs: 'cards' },
  });

  it('is a list in pages, a count and an export', () => {
    expect(calls['things.list'].input.parse({})).toEqual({ filter: {}, sort: 'age', descending: true, limit: 50 });
    expect(calls['things.count'].input.parse({ exact: true })).toEqual({ filter: {}, exact: true });
    expect(calls['things.export']).toMatchObject({ kind: 'job', needs: 'cards', timeLimit: 600_000 });
    expect('needs' in calls['things.list']).toBe(false);
    expectTypeOf<OutputOf<(typeof calls)['things.list']>>().toEqualTypeOf<Page<{ readonly id: string }>>();
    expectTypeOf<InputOf<(typeof calls)['things.export']>['who']>().toEqualTypeOf<string[] | undefined>();
  });

  it('names all columns of its rows: of an object that may be null its fields, of a list itself', () => {
    interface Thing {
      readonly id: string;
      readonly names?: readonly string[];
      readonly owner: { readonly name: string; readonly home: { readonly at: string | null } } | null;
      readonly parts: readonly { readonly id: string }[];
    }
    expectTypeOf<Dotted<Thing>>().toEqualTypeOf<'id' | 'names' | 'owner.name' | 'owner.home.at' | 'parts'>();
    const columns = { parts: true, id: true, names: true, 'owner.home.at': true, 'owner.name': true } as const;
    expect(rowOf<Thing>(columns).columns).toEqual(['parts', 'id', 'names', 'owner.home.at', 'owner.name']);
    expect(calls['things.list'].columns).toEqual(['id']);
    type Asked = Parameters<typeof rowOf<Thing>>[0];
    expectTypeOf<Omit<typeof columns, 'owner.name'>>().not.toExtend<Asked>();
  });

  it('exports what was chosen or what a filter matches, not both', () => {
    const { input } = calls['things.export'];
    expect(input.safeParse({ who: ['a'] }).success).toBe(true);
    expect(input.safeParse({ filter: { colour: 'red' } }).success).toBe(true);
    const both = input.safeParse({ who: ['a'], filter: { colour: 'red' } });
    expect(both.error?.issues).toMatchObject([{ path: ['who'] }]);
  });
});

describe('the contract', () => {
  it('says of every write on the site in which tables it is written down; migrating brings them itself', () => {
    const without = definitions.filter(([, one]) => one.scope === 'site' && one.kind === 'write' && !one.needs);
    expect(without.map(([name]) => name)).toEqual(['connections.migrate']);
  });

  it('has a change for every preview, with the same right', () => {
    const previews = definitions.filter(([name]) => name.endsWith('.preview'));
    expect(previews.length).toBeGreaterThan(15);
    const pairs = previews.map(([name, preview]) => {
      const done = (contract as Readonly<Record<string, Definition>>)[name.slice(0, -'.preview'.length)];
      return [name, done?.kind, done?.role === preview.role, done?.needs === preview.needs];
    });
    expect(pairs).toEqual(previews.map(([name]) => [name, 'write', true, true]));
  });
});
