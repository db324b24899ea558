import type { Input, OperationName, Output, Page } from '../../contract';
import { oneOf, textOf } from '../search-params';
import type { Filter, RawAddress } from './filters';

/** Domains that have a list operation: `users` for `users.list`. */
export type ListDomain = {
  [N in OperationName]: N extends `${infer D}.list`
    ? [Output<N>] extends [{ readonly next: string | null }]
      ? D
      : never
    : never;
}[OperationName];

type ListInput<D extends ListDomain> = Input<`${D}.list`>;
export type RowOf<D extends ListDomain> = Output<`${D}.list`> extends Page<infer Row> ? Row : never;
export type FilterOf<D extends ListDomain> = ListInput<D> extends { filter?: infer F } ? NonNullable<F> : object;
export type SortOf<D extends ListDomain> = ListInput<D> extends { sort?: infer S } ? NonNullable<S> & string : never;

type Together<Union> = (Union extends unknown ? (one: Union) => void : never) extends (all: infer All) => void
  ? All
  : never;
type Read<F> = F extends Filter<infer Search> ? Search : never;
type Sent<F> = F extends Filter<object, infer Out> ? Out : never;
type Flat<T> = { [K in keyof T]: T[K] };

/** The content of an address: filters, search, order, and the row whose drawer is open. */
export type SearchOf<D extends ListDomain, F, Find extends string, Drawer extends string, Shown extends string> = Flat<
  Together<Read<F>> & { readonly [K in Find | Drawer]?: string } & {
    readonly sort?: SortOf<D>;
    readonly asc?: true;
  } & {
    readonly [K in Shown]?: true;
  }
>;

/** Rejects, at compile time, a filter that sends fields unknown to the operation. */
type Fits<D extends ListDomain, F> =
  Together<Sent<F>> extends FilterOf<D>
    ? [Exclude<keyof Together<Sent<F>>, keyof FilterOf<D>>] extends [never]
      ? unknown
      : never
    : never;

/** The search box: its part of the address, its name in the filter, and the maximum length of the text. */
export interface Find<Part extends string = string, As extends PropertyKey = PropertyKey> {
  readonly part: Part;
  readonly as: As;
  readonly most: number;
  /** Spaces at both ends are removed. */
  readonly trimmed?: boolean;
}

/** The address of a list, and how it is parsed. Filter, order and open drawer are stored only there. */
export interface ListAddress<D extends ListDomain = ListDomain, Search extends object = object> {
  readonly domain: D;
  readonly path: string;
  readonly drawer: keyof Search & string;
  readonly filters: readonly Filter[];
  readonly find: Find | null;
  /** The first one is the default order. */
  readonly sorts: readonly SortOf<D>[];
  /** Parses an address or a saved view. Invalid parts are left out. */
  read(address: RawAddress): Search;
  /** The filter for the server, made from the address. */
  filterOf(address: RawAddress): FilterOf<D>;
  /** The part of an address that a saved view stores: everything except the open drawer. */
  viewOf(address: RawAddress): Search;
}

interface Wishes<D extends ListDomain, F, Part extends string, Drawer extends string, Shown extends string> {
  readonly domain: D;
  readonly path: string;
  /** The part that names the row whose drawer is open, and how it is parsed. */
  readonly drawer: Drawer;
  readonly opens: (value: unknown) => string | undefined;
  readonly filters?: readonly F[] & Fits<D, F>;
  readonly find?: Find<Part, keyof FilterOf<D>>;
  readonly sorts?: readonly SortOf<D>[];
  /** The part that says that something else is shown beside the rows. */
  readonly shows?: Shown;
}

/** Defines the address of a list. */
export function listAddress<
  const D extends ListDomain,
  const Drawer extends string,
  F extends Filter = never,
  const Part extends string = never,
  const Shown extends string = never,
>({
  domain,
  path,
  drawer,
  opens,
  filters = [] as never,
  find,
  sorts = [],
  shows,
}: Wishes<D, F, Part, Drawer, Shown>): ListAddress<D, SearchOf<D, F, Part, Drawer, Shown>> {
  type Search = SearchOf<D, F, Part, Drawer, Shown>;
  const found = (address: RawAddress) => {
    const text = find === undefined ? undefined : textOf(address[find.part], find.most);
    return find?.trimmed === true ? text?.trim() : text;
  };
  const viewOf = (address: RawAddress): Search => {
    const search = found(address);
    const sort = oneOf(sorts, address['sort']);
    return {
      ...(find === undefined || search === undefined ? {} : { [find.part]: search }),
      ...Object.assign({}, ...filters.map((filter) => filter.read(address))),
      ...(sort === undefined ? {} : { sort }),
      ...(sorts.length > 0 && address['asc'] === true ? { asc: true } : {}),
      ...(shows !== undefined && address[shows] === true ? { [shows]: true } : {}),
    } as Search;
  };
  return {
    domain,
    path,
    drawer,
    filters,
    find: find ?? null,
    sorts,
    viewOf,
    read: (address) => {
      const open = opens(address[drawer]);
      return { ...viewOf(address), ...(open === undefined ? {} : { [drawer]: open }) };
    },
    filterOf: (address) => {
      const search = found(address);
      return {
        ...(find === undefined || search === undefined ? {} : { [find.as]: search }),
        ...Object.assign({}, ...filters.map((filter) => filter.sent(address))),
      } as FilterOf<D>;
    },
  };
}

/** The changes that remove all filters and the search from an address. */
export function cleared({ filters, find }: Pick<ListAddress, 'filters' | 'find'>): Readonly<Record<string, undefined>> {
  const parts = [...filters.flatMap((filter) => filter.parts), ...(find === null ? [] : [find.part])];
  return Object.fromEntries(parts.map((part) => [part, undefined]));
}
