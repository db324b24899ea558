import * as z from 'zod';
import { type Changed, type Count, cursor, fingerprint, instant, type Page, pageSize, type Preview } from './common.js';
import { means, says } from './meaning.js';
import type { Definition, LeastRole, Need, Scope } from './operation.js';
import type { LocalizedText } from './text.js';

/** Only a type: the result of an operation, or a row of a list. */
export interface Answer<T> {
  readonly answer?: T;
}

/** `as<Issued>()`: carries a type where a description takes a value. */
export function as<T>(): Answer<T> {
  return {};
}

/**
 * The names of a row's columns: a field of an object, also of one that may be null, is `card.type`; a list is one
 * column.
 */
export type Dotted<Row> = {
  [K in keyof Row & string]-?: NonNullable<Row[K]> extends readonly unknown[]
    ? K
    : NonNullable<Row[K]> extends object
      ? `${K}.${Dotted<NonNullable<Row[K]>>}`
      : K;
}[keyof Row & string];

/** A row of a list, with the names of its columns. */
interface Columned<Row> extends Answer<Row> {
  readonly columns: readonly string[];
}

/**
 * `rowOf<UserRow>({ id: true, …, 'card.type': true })`: a row of a list, with all of its columns in order. They are the
 * keys of an object, so that neither a missing column nor a foreign one compiles.
 */
export function rowOf<Row>(columns: Readonly<Record<Dotted<Row> & string, true>>): Columned<Row> {
  return { columns: Object.keys(columns) };
}

/** What a preview answers, and how it says how much it shows. */
interface Shown<P> extends Answer<P> {
  readonly size: (preview: P) => LocalizedText;
}

/** `shows<MovePlan>(({ entries }) => figure(entries))`: a preview that is not the usual one. */
export function shows<P>(size: (preview: P) => LocalizedText): Shown<P> {
  return { size };
}

/** The names of migrations to run, for the sentence of a preview. */
export function migrationsText(files: readonly { readonly file: string }[]): LocalizedText {
  const names = files.map(({ file }) => file).join(', ');
  return {
    zh: `要执行的迁移：${names === '' ? '无' : names}`,
    en: `migrations to run: ${names === '' ? 'none' : names}`,
  };
}

/** A number, which reads the same in both languages. */
export function figure(count: number): LocalizedText {
  return { zh: String(count), en: String(count) };
}

function usualSize({ matching, changed }: Preview): LocalizedText {
  const text = `${String(changed)} / ${String(matching)}`;
  return { zh: text, en: text };
}

/** Fields of an input, for zod. */
type Shape = z.core.$ZodLooseShape;
// oxlint-disable-next-line typescript/no-generated-empty-object-type -- An input with no fields is what is meant.
type NoFields = Record<never, unknown>;
type Strict<S extends Shape> = z.ZodObject<S, z.core.$strict>;
type Defined<Input extends z.ZodType, Output, S extends Scope = 'site'> = Definition<Input, Output> & {
  readonly scope: S;
};

const wideTimeLimit = 60_000;
const exact = means(z.boolean(), '一行行数，不用统计估计', 'Count row by row, instead of an estimate from statistics');

/** A read of the site for admins by default: `read<UserDetails>()({ summary, input })`. */
export function read<Output>() {
  return <Input extends z.ZodType>(
    definition: Omit<Definition<Input, Output>, 'scope' | 'kind' | 'role'> & { readonly role?: LeastRole },
  ): Defined<Input, Output> => ({ scope: 'site', kind: 'read', role: 'admin', ...definition });
}

interface ChangeOptions<S extends Shape, More extends Shape, P, A, At extends Scope> {
  /** Of the change itself; the label of its preview is derived from it. */
  readonly summary: LocalizedText;
  readonly input: Strict<S>;
  /** Fields that only the change takes, besides the fingerprint. One named `fingerprint` replaces it. */
  readonly more?: More;
  readonly scope?: At;
  readonly role?: LeastRole;
  /** Default on a site: `console`, where changes are audited. null: it works without them. */
  readonly needs?: Need | null;
  /** Of the change itself: see Definition. */
  readonly withinChange?: true;
  readonly notUndone?: LocalizedText;
  readonly undoneByOwner?: true;
  /** Milliseconds, for both calls; default: a minute. */
  readonly timeLimit?: number;
  /** Milliseconds for the preview, if it has less time. */
  readonly previewTimeLimit?: number;
  readonly secrets?: readonly string[];
  readonly example?: NoInfer<z.input<Strict<S>>>;
  /** What the preview answers, if not the usual. */
  readonly preview?: Shown<P>;
  readonly answer?: Answer<A>;
}

/**
 * The input of a change: its preview's input, the fields that only the change takes, and the fingerprint of what was
 * shown.
 */
type Confirming<S extends Shape, More extends Shape> = Strict<
  z.core.util.Extend<z.core.util.Extend<S, { readonly fingerprint: typeof fingerprint }>, More>
>;

type ChangePair<N extends string, S extends Shape, More extends Shape, P, A, At extends Scope> = {
  readonly [K in `${N}.preview`]: Defined<Strict<S>, P, At>;
} & {
  readonly [K in N]: Defined<Confirming<S, More>, A, At>;
};

/**
 * The two calls of a change. `<name>.preview` is a read that returns what the change would do, with a fingerprint.
 * `<name>` is the write that carries the fingerprint. Both have the same input, role, needs and secrets.
 *
 * @example
 * ...change('users.ban', { summary: { zh: '封禁用户', en: 'Ban users' }, input: banInput }),
 */
export function change<
  N extends string,
  S extends Shape,
  More extends Shape = NoFields,
  P = Preview,
  A = Changed,
  At extends Scope = 'site',
>(name: N, options: ChangeOptions<S, More, P, A, At>): ChangePair<N, S, More, P, A, At> {
  const { summary, input, more, secrets, example, scope = 'site', timeLimit = wideTimeLimit } = options;
  const needs = options.needs === undefined && scope === 'site' ? 'console' : options.needs;
  const both = {
    scope,
    role: options.role ?? 'admin',
    ...(needs === undefined || needs === null ? {} : { needs }),
    ...(secrets === undefined ? {} : { secrets }),
  };
  const shown = {
    ...both,
    kind: 'read',
    timeLimit: options.previewTimeLimit ?? timeLimit,
    size: options.preview?.size ?? usualSize,
    summary: { zh: `预览${summary.zh}`, en: `Preview: ${summary.en.slice(0, 1).toLowerCase()}${summary.en.slice(1)}` },
    input,
    ...(example === undefined ? {} : { example }),
  };
  const done = {
    ...both,
    kind: 'write',
    ...(options.withinChange === undefined ? {} : { withinChange: true }),
    ...(options.notUndone === undefined ? {} : { notUndone: options.notUndone }),
    ...(options.undoneByOwner === undefined ? {} : { undoneByOwner: true }),
    timeLimit,
    summary,
    input: input.extend({ fingerprint, ...more }),
    ...(example === undefined ? {} : { example: { ...example, fingerprint: '0123456789abcdef' } }),
  };
  return { [`${name}.preview`]: shown, [name]: done } as unknown as ChangePair<N, S, More, P, A, At>;
}

/** The two bounds of a value in a filter: `createdFrom` and `createdTo`, or `from` and `to` if its name is empty. */
export type Bounds<N extends string> = N extends '' ? 'from' | 'to' : `${N}From` | `${N}To`;

export function boundsOf<N extends string>(name: N): readonly [from: Bounds<N>, to: Bounds<N>] {
  return (name === '' ? ['from', 'to'] : [`${name}From`, `${name}To`]) as [Bounds<N>, Bounds<N>];
}

/**
 * A time in a filter: `...between('created', '创建', 'Created')` are the fields `createdFrom` and `createdTo`, both
 * included.
 */
export function between<N extends string>(
  name: N,
  zh: string,
  en: string,
): Readonly<Record<Bounds<N>, z.ZodOptional<typeof instant>>> {
  const [from, to] = boundsOf(name);
  return {
    [from]: means(instant, `${zh}：从此时起`, `${en} at this time or later`).optional(),
    [to]: means(instant, `${zh}：到此时为止`, `${en} at this time or before`).optional(),
  } as Record<Bounds<N>, z.ZodOptional<typeof instant>>;
}

/** How a list is sorted: fields of its input. */
export function orderedBy<Sort extends z.ZodType>(
  sort: z.ZodDefault<Sort>,
): {
  readonly sort: z.ZodDefault<Sort>;
  readonly descending: z.ZodDefault<z.ZodBoolean>;
} {
  return { sort, descending: means(z.boolean(), '从大到小、从新到旧', 'Greatest or newest first').default(true) };
}

interface ListingOptions<F extends z.ZodType, Order extends Shape, More extends Shape, Row> {
  /** What the list shows, in the plural. */
  readonly noun: LocalizedText;
  readonly row: Columned<Row>;
  /** Its default matches everything. */
  readonly filter: z.ZodDefault<F>;
  /** `orderedBy(…)`; absent if the list has one order. */
  readonly order?: Order;
  readonly examples?: {
    readonly list?: NoInfer<z.input<ListInput<F, Order>>>;
    readonly count?: NoInfer<z.input<CountInput<F>>>;
    readonly export?: NoInfer<z.input<ExportInput<F, Order, More>>>;
  };
  /**
   * For the export only: fields that only it takes (`who`: selected rows instead of a filter; its format), its secrets,
   * and what it needs.
   */
  readonly export?: {
    readonly fields?: More;
    readonly secrets?: readonly string[];
    readonly needs?: Need;
    readonly notUndone?: LocalizedText;
  };
}

type Filtered<F extends z.ZodType> = { readonly filter: z.ZodDefault<F> };
type ListInput<F extends z.ZodType, Order extends Shape> = Strict<
  Filtered<F> & Order & { readonly limit: typeof pageSize; readonly after: z.ZodOptional<typeof cursor> }
>;
type CountInput<F extends z.ZodType> = Strict<Filtered<F> & { readonly exact: z.ZodDefault<z.ZodBoolean> }>;
type ExportInput<F extends z.ZodType, Order extends Shape, More extends Shape> = Strict<More & Filtered<F> & Order>;

type Listing<N extends string, F extends z.ZodType, Order extends Shape, More extends Shape, Row> = {
  readonly [K in `${N}.list`]: Defined<ListInput<F, Order>, Page<Row>>;
} & {
  readonly [K in `${N}.count`]: Defined<CountInput<F>, Count>;
} & {
  readonly [K in `${N}.export`]: Defined<ExportInput<F, Order, More>, { readonly jobId: string }>;
};

/**
 * The three calls of a list: `<name>.list` in keyset pages, `<name>.count`, and `<name>.export`, a job that writes all
 * matching rows to a file.
 *
 * @example
 * ...listing('users', { noun: { zh: '用户', en: 'users' }, row: rowOf<UserRow>({ … }), filter: userFilter.default({}), order: orderedBy(userSort.default('created')) }),
 */
export function listing<
  N extends string,
  F extends z.ZodType,
  Row,
  Order extends Shape = NoFields,
  More extends Shape = NoFields,
>(name: N, options: ListingOptions<F, Order, More, Row>): Listing<N, F, Order, More, Row> {
  const { noun, order, examples = {} } = options;
  const filter = means(options.filter, '筛选条件', 'Which of them');
  const { fields, secrets, needs, notUndone } = options.export ?? {};
  const site = { scope: 'site', role: 'admin' };
  const list = {
    ...site,
    kind: 'read',
    summary: { zh: `列出${noun.zh}`, en: `List ${noun.en}` },
    columns: options.row.columns,
    input: z.strictObject({ filter, ...order, limit: pageSize, after: cursor.optional() }),
    ...(examples.list === undefined ? {} : { example: examples.list }),
  };
  const count = {
    ...site,
    kind: 'read',
    timeLimit: 30_000,
    summary: { zh: `统计匹配的${noun.zh}`, en: `Count matching ${noun.en}` },
    input: z.strictObject({ filter, exact: exact.default(false) }),
    ...(examples.count === undefined ? {} : { example: examples.count }),
  };
  const exported = {
    ...site,
    kind: 'job',
    // The operator may take their time to choose where to save.
    timeLimit: 600_000,
    ...(needs === undefined ? {} : { needs }),
    ...(secrets === undefined ? {} : { secrets }),
    ...(notUndone === undefined ? {} : { notUndone }),
    summary: { zh: `导出${noun.zh}`, en: `Export ${noun.en}` },
    input: z.strictObject({ ...fields, filter, ...order }).refine(namesOneSet, {
      ...says('who 与 filter 不能同时给出', 'who and filter exclude each other'),
      path: ['who'],
    }),
    ...(examples.export === undefined ? {} : { example: examples.export }),
  };
  return { [`${name}.list`]: list, [`${name}.count`]: count, [`${name}.export`]: exported } as unknown as Listing<
    N,
    F,
    Order,
    More,
    Row
  >;
}

function namesOneSet(asked: unknown): boolean {
  const { who, filter } = asked as { readonly who?: unknown; readonly filter: object };
  return who === undefined || Object.keys(filter).length === 0;
}
