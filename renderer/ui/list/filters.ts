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

/** An address or a saved view before parsing: its content is not trusted. */
export type RawAddress = Readonly<Record<string, unknown>>;

export interface Choice {
  readonly value: string;
  readonly label: string;
  /** How many rows have this value. */
  readonly count?: number;
}

/** The texts for a chip: those of the list, those shared by all filters, and the values known to the server. */
export interface ChipWords {
  readonly own: Words;
  readonly shared: Words;
  readonly choices: readonly Choice[];
}

/** How a filter is edited. `part` is the part of the address that stores it. */
export type Editor =
  | {
      readonly kind: 'oneOf' | 'anyOf';
      readonly part: string;
      readonly choices: readonly string[];
      /** The text of a choice has the key `<word>.<choice>`. */
      readonly word: string;
    }
  | { readonly kind: 'tags'; readonly part: string; readonly most: number }
  | {
      readonly kind: 'choice';
      readonly part: string;
      /** The part of the address that means "without a value". It is chosen as an empty text. */
      readonly none: string | null;
    }
  | { readonly kind: 'text'; readonly part: string; readonly most: number; readonly digits: boolean }
  | { readonly kind: 'range'; readonly min: string; readonly max: string }
  | {
      readonly kind: 'days';
      readonly from: string;
      readonly to: string;
      /** The suggested ranges are in the future. */
      readonly ahead: boolean;
      /** The part of the address that means "never", instead of days. */
      readonly never: string | null;
    };

type Part<Name extends string, Value> = { readonly [N in Name]?: Value };

/**
 * One filter of a list: how the address stores it, what is sent to the server, the text of its chip, and its editor.
 * Its name is the text `filter.<id>` of the list.
 */
export interface Filter<Search extends object = object, Sent extends object = object> {
  readonly id: string;
  /** The parts of the address that belong to this filter. It is inactive if none is set. */
  readonly parts: readonly string[];
  /** Parses its parts. Invalid ones are left out. */
  read(address: RawAddress): Search;
  sent(address: RawAddress): Sent;
  /** Null if the filter is not active. */
  chip(address: RawAddress, words: ChipWords): string | null;
  readonly editor: Editor;
}

/** An object with this field, or an empty one if there is no value. */
function only<Name extends string, Value>(name: Name, value: Value | undefined): Part<Name, Value> {
  return (value === undefined ? {} : { [name]: value }) as Part<Name, Value>;
}

/** One of a few values. Their texts are `<word>.<choice>`. */
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

/** Any of a few values, sent as a list under another name. */
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

/** The maximum length of a tag. */
const mostOfTag = 50;

/** Any number of texts, typed or chosen from those known to the site. */
export function tags<Id extends string, As extends string>(
  id: Id,
  as: As,
): Filter<Part<Id, readonly string[]>, Part<As, string[]>> {
  const read = (address: RawAddress) => severalOf(address[id], (one) => textOf(one, mostOfTag));
  return {
    id,
    parts: [id],
    read: (address) => only(id, read(address)),
    sent: (address) => only(as, read(address)?.slice()),
    chip: (address, { shared }) => read(address)?.join(shared('anyOf')) ?? null,
    editor: { kind: 'tags', part: id, most: mostOfTag },
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

/** A text that must match completely, of at most `most` characters. */
export function text<Id extends string>(id: Id, most: number): Filter<Part<Id, string>, Part<Id, string>> {
  const read = (address: RawAddress) => textOf(address[id], most);
  return {
    ...asWritten(id, read, { kind: 'text', part: id, most, digits: false }),
    chip: (address) => read(address) ?? null,
  };
}

/** The id of a row in another list. */
export function idOf<Id extends string>(id: Id): Filter<Part<Id, string>, Part<Id, string>> {
  const read = (address: RawAddress) => digitsOf(address[id]);
  return {
    ...asWritten(id, read, { kind: 'text', part: id, most: 20, digits: true }),
    chip: (address) => {
      const value = read(address);
      return value === undefined ? null : `#${value}`;
    },
  };
}

/** One of the values known to the server. A value that the server does not know (any more) is shown unchanged. */
export function choice<Id extends string>(id: Id, most: number): Filter<Part<Id, string>, Part<Id, string>> {
  const read = (address: RawAddress) => textOf(address[id], most);
  return {
    ...asWritten(id, read, { kind: 'choice', part: id, none: null }),
    chip: (address, { choices }) => {
      const value = read(address);
      return value === undefined ? null : (choices.find((one) => one.value === value)?.label ?? value);
    },
  };
}

/**
 * One of the values known to the server, or none: if `none` is in the address, the server gets an empty text. Its name
 * is the text `filter.<none>`.
 */
export function choiceOrNone<Id extends string, None extends string>(
  id: Id,
  none: None,
  most: number,
): Filter<Part<Id, string> & Part<None, true>, Part<Id, string>> {
  const known = choice(id, most);
  const isNone = (address: RawAddress) => (address[none] === true ? (true as const) : undefined);
  return {
    id,
    parts: [id, none],
    read: (address) =>
      ({ ...(isNone(address) ? {} : known.read(address)), ...only(none, isNone(address)) }) as Part<Id, string> &
        Part<None, true>,
    sent: (address) => (isNone(address) ? only(id, '') : known.sent(address)),
    chip: (address, words) => (isNone(address) ? words.own(`filter.${none}`) : known.chip(address, words)),
    editor: { kind: 'choice', part: id, none },
  };
}

/** A whole number with a minimum, a maximum or both: `pointsMin`, `pointsMax`. */
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

/** A range of days in the operator's zone. The server gets the moments at which the range begins and ends. */
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

/** A range of days, or "never": if `never` is in the address, days are ignored. */
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
