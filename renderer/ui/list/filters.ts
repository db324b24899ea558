import { formatNumber } from '../NumberCell';
import type { Words } from '../words';
import {
  dayOf,
  digitsOf,
  endOfDay,
  oneOf as oneOfThese,
  severalOf,
  startOfDay,
  textOf,
  wholeOf,
} from '../search-params';

/** An address or a saved view, as it was found: nothing in it is believed. */
export type RawAddress = Readonly<Record<string, unknown>>;

export interface Choice {
  readonly value: string;
  readonly label: string;
}

/** What a chip is written with: the list's own texts, those that all filters share, and what the server offers. */
export interface ChipWords {
  readonly own: Words;
  readonly shared: Words;
  readonly choices: readonly Choice[];
}

/** How a filter is changed. `part` names the part of the address that holds it. */
export type Editor =
  | {
      readonly kind: 'oneOf' | 'anyOf';
      readonly part: string;
      readonly choices: readonly string[];
      /** A choice is called `<word>.<choice>`. */
      readonly word: string;
    }
  | { readonly kind: 'tags' | 'choice'; readonly part: string }
  | { readonly kind: 'text'; readonly part: string; readonly most: number; readonly digits: boolean }
  | { readonly kind: 'range'; readonly min: string; readonly max: string }
  | {
      readonly kind: 'days';
      readonly from: string;
      readonly to: string;
      /** The usual ranges lie ahead. */
      readonly ahead: boolean;
      /** The part that says "never" in place of days. */
      readonly never: string | null;
    };

type Part<Name extends string, Value> = { readonly [N in Name]?: Value };

/**
 * One filter of a list, whole: how the address holds it, what is sent to the server, what its chip says, and how it is
 * edited. What it is called stands among the list's texts as `filter.<id>`.
 */
export interface Filter<Search extends object = object, Sent extends object = object> {
  readonly id: string;
  /** Its parts of the address: without them it is clear. */
  readonly parts: readonly string[];
  /** Its parts, read; what is not understood is left out. */
  read(address: RawAddress): Search;
  sent(address: RawAddress): Sent;
  /** null while it is not in use. */
  chip(address: RawAddress, words: ChipWords): string | null;
  readonly editor: Editor;
}

/** An object with one field, or none where there is no value. */
function only<Name extends string, Value>(name: Name, value: Value | undefined): Part<Name, Value> {
  return (value === undefined ? {} : { [name]: value }) as Part<Name, Value>;
}

/** One of a few; their texts are `<word>.<choice>`. */
export function oneOf<Id extends string, Value extends string>(
  id: Id,
  choices: readonly Value[],
  word: string = id,
): Filter<Part<Id, Value>, Part<Id, Value>> {
  const read = (address: RawAddress) => oneOfThese(choices, address[id]);
  return {
    id,
    parts: [id],
    read: (address) => only(id, read(address)),
    sent: (address) => only(id, read(address)),
    chip: (address, { own }) => {
      const value = read(address);
      return value === undefined ? null : own(`${word}.${value}`);
    },
    editor: { kind: 'oneOf', part: id, choices, word },
  };
}

/** Any of a few; sent as a list under a name of its own. */
export function anyOf<Id extends string, Value extends string, As extends string>(
  id: Id,
  choices: readonly Value[],
  as: As,
): Filter<Part<Id, readonly Value[]>, Part<As, Value[]>> {
  const read = (address: RawAddress) => severalOf(address[id], (one) => oneOfThese(choices, one));
  return {
    id,
    parts: [id],
    read: (address) => only(id, read(address)),
    sent: (address) => only(as, read(address)?.slice()),
    chip: (address, { own, shared }) =>
      read(address)
        ?.map((value) => own(`${id}.${value}`))
        .join(shared('anyOf')) ?? null,
    editor: { kind: 'anyOf', part: id, choices, word: id },
  };
}

/** Any of some texts, typed or taken from what the site knows. */
export function tags<Id extends string, As extends string>(
  id: Id,
  as: As,
): Filter<Part<Id, readonly string[]>, Part<As, string[]>> {
  const read = (address: RawAddress) => severalOf(address[id], (one) => textOf(one, 50));
  return {
    id,
    parts: [id],
    read: (address) => only(id, read(address)),
    sent: (address) => only(as, read(address)?.slice()),
    chip: (address, { shared }) => read(address)?.join(shared('anyOf')) ?? null,
    editor: { kind: 'tags', part: id },
  };
}

function asWritten<Id extends string>(
  id: Id,
  read: (address: RawAddress) => string | undefined,
  editor: Editor,
): Omit<Filter<Part<Id, string>, Part<Id, string>>, 'chip'> {
  const field = (address: RawAddress) => only(id, read(address));
  return { id, parts: [id], read: field, sent: field, editor };
}

/** A text that must be met whole, of at most `most` characters. */
export function text<Id extends string>(id: Id, most: number): Filter<Part<Id, string>, Part<Id, string>> {
  const read = (address: RawAddress) => textOf(address[id], most);
  return {
    ...asWritten(id, read, { kind: 'text', part: id, most, digits: false }),
    chip: (address) => read(address) ?? null,
  };
}

/** The number of a row of another list. */
export function idOf<Id extends string>(id: Id): Filter<Part<Id, string>, Part<Id, string>> {
  const read = (address: RawAddress) => digitsOf(address[id]);
  return {
    ...asWritten(id, read, { kind: 'text', part: id, most: 21, digits: true }),
    chip: (address) => {
      const value = read(address);
      return value === undefined ? null : `#${value}`;
    },
  };
}

/** One of what the server offers; a value that it does not offer (any more) is shown as it is. */
export function choice<Id extends string>(id: Id, most: number): Filter<Part<Id, string>, Part<Id, string>> {
  const read = (address: RawAddress) => textOf(address[id], most);
  return {
    ...asWritten(id, read, { kind: 'choice', part: id }),
    chip: (address, { choices }) => {
      const value = read(address);
      return value === undefined ? null : (choices.find((one) => one.value === value)?.label ?? value);
    },
  };
}

/** A whole number from, to, or between: `pointsMin`, `pointsMax`. */
export function range<Id extends string>(
  id: Id,
): Filter<Part<`${Id}Min` | `${Id}Max`, number>, Part<`${Id}Min` | `${Id}Max`, number>> {
  const names = { min: `${id}Min`, max: `${id}Max` } as const;
  const read = (address: RawAddress) => ({ min: wholeOf(address[names.min]), max: wholeOf(address[names.max]) });
  const fields = (address: RawAddress) => {
    const { min, max } = read(address);
    return { ...only(names.min, min), ...only(names.max, max) };
  };
  return {
    id,
    parts: [names.min, names.max],
    read: fields,
    sent: fields,
    chip: (address, { shared }) => {
      const { min, max } = read(address);
      if (min !== undefined && max !== undefined) return `${formatNumber(min)}–${formatNumber(max)}`;
      if (min !== undefined) return shared('atLeast', { min: formatNumber(min) });
      return max === undefined ? null : shared('atMost', { max: formatNumber(max) });
    },
    editor: { kind: 'range', ...names },
  };
}

/** From a day to a day, as the operator sees days; sent as the moments at which they begin and end. */
export function days<From extends string, To extends string>(
  id: string,
  from: From,
  to: To,
  { ahead = false }: { readonly ahead?: boolean } = {},
): Filter<Part<From | To, string>, Part<From | To, string>> {
  const read = (address: RawAddress) => ({ from: dayOf(address[from]), to: dayOf(address[to]) });
  return {
    id,
    parts: [from, to],
    read: (address) => ({ ...only(from, read(address).from), ...only(to, read(address).to) }),
    sent: (address) => ({
      ...only(from, startOfDay(read(address).from)),
      ...only(to, endOfDay(read(address).to)),
    }),
    chip: (address, { shared }) => {
      const { from: first, to: last } = read(address);
      if (first !== undefined && last !== undefined) return shared('range', { from: first, to: last });
      if (first !== undefined) return shared('from', { from: first });
      return last === undefined ? null : shared('to', { to: last });
    },
    editor: { kind: 'days', from, to, ahead, never: null },
  };
}

/** Days, or that it never happened: then `never` stands in the address, and days beside it count for nothing. */
export function daysOrNever<
  From extends string,
  To extends string,
  Never extends string,
  const As extends { readonly from: string; readonly to: string; readonly never: string },
>(
  id: string,
  from: From,
  to: To,
  never: Never,
  as: As,
): Filter<Part<From | To, string> & Part<Never, true>, Part<As['from' | 'to'], string> & Part<As['never'], true>> {
  const between = days(id, from, to);
  const isNever = (address: RawAddress) => (address[never] === true ? (true as const) : undefined);
  return {
    id,
    parts: [from, to, never],
    read: (address) => ({ ...between.read(address), ...only(never, isNever(address)) }),
    sent: (address) => {
      const moments: Part<string, string> = isNever(address) ? {} : between.sent(address);
      return {
        ...only(as.from, moments[from]),
        ...only(as.to, moments[to]),
        ...only(as.never, isNever(address)),
      } as Part<As['from' | 'to'], string> & Part<As['never'], true>;
    },
    chip: (address, words) => (isNever(address) ? words.own(`filter.${never}`) : between.chip(address, words)),
    editor: { kind: 'days', from, to, ahead: false, never },
  };
}
