import { canonical, isObject, sameJson } from './same-json.js';

/*
 * Editing of JSON as text: everything not edited stays as it was written, including white space, numbers beyond 2^53,
 * escapes and repeated names. Every function here expects text that JSON.parse has accepted, so that nothing is
 * validated twice. Finding the end of a value then needs only strings and depth, several times as fast as a parser with
 * offsets, which matters when a list of all users is cut into its entries.
 */

const quote = 34;
const backslash = 92;

/** An object cut into its members: joined again, it is exactly the same text. */
export interface ObjectParts {
  /** Up to and including the opening brace, and the white space of an empty object. */
  readonly head: string;
  readonly members: readonly MemberText[];
  readonly tail: string;
}

export interface MemberText {
  readonly name: string;
  /** White space before the name. */
  readonly lead: string;
  /** The name as written, the colon, and the white space around it. */
  readonly label: string;
  readonly value: string;
  /** White space after the value. */
  readonly after: string;
}

/**
 * A list cut into its elements, each with the white space around it: joined with commas, it is exactly the same text.
 */
export interface ListParts {
  readonly head: string;
  readonly elements: readonly string[];
  readonly tail: string;
}

function isSpace(code: number): boolean {
  return code === 32 || code === 10 || code === 13 || code === 9;
}

/** The end of the white space that begins here. */
function skipSpace(text: string, from: number): number {
  let at = from;
  while (isSpace(text.charCodeAt(at))) at += 1;
  return at;
}

/** The position after the string that begins here. */
function endOfString(text: string, from: number): number {
  for (let at = text.indexOf('"', from + 1); ; at = text.indexOf('"', at + 1)) {
    let escapes = 0;
    while (text.charCodeAt(at - 1 - escapes) === backslash) escapes += 1;
    if (escapes % 2 === 0) return at + 1;
  }
}

/** The position after the value that begins here. */
function endOfValue(text: string, from: number): number {
  const first = text.charCodeAt(from);
  if (first === quote) return endOfString(text, from);
  let at = from;
  if (first !== 123 && first !== 91) {
    // A number, true, false or null ends at the next delimiter.
    for (; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code === 44 || code === 125 || code === 93 || isSpace(code)) break;
    }
    return at;
  }
  for (let depth = 0; ; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote) at = endOfString(text, at) - 1;
    else if (code === 123 || code === 91) depth += 1;
    else if ((code === 125 || code === 93) && (depth -= 1) === 0) return at + 1;
  }
}

/** A value that was cut at a position within a text. */
export interface Cut<Parts> {
  readonly parts: Parts;
  /** The position after the value. */
  readonly end: number;
}

/** Cuts the text of an object. */
export function splitObject(text: string): ObjectParts {
  const from = text.indexOf('{');
  const { parts, end } = cutObject(text, from);
  return { ...parts, head: text.slice(0, from) + parts.head, tail: parts.tail + text.slice(end) };
}

/**
 * Cuts the object that begins at a position. `endOf` is asked for the end of each member's value, and may cut that in
 * the same pass; null: it is found here.
 */
export function cutObject(
  text: string,
  from: number,
  endOf: (name: string, at: number) => number | null = () => null,
): Cut<ObjectParts> {
  const members: MemberText[] = [];
  for (let at = from + 1; ;) {
    const start = skipSpace(text, at);
    if (members.length === 0 && text[start] === '}')
      return { parts: { head: text.slice(from, start), members, tail: '}' }, end: start + 1 };
    const named = endOfString(text, start);
    const name = JSON.parse(text.slice(start, named)) as string;
    const value = skipSpace(text, skipSpace(text, named) + 1);
    const end = endOf(name, value) ?? endOfValue(text, value);
    const next = skipSpace(text, end);
    members.push({
      name,
      lead: text.slice(at, start),
      label: text.slice(start, value),
      value: text.slice(value, end),
      after: text.slice(end, next),
    });
    if (text[next] === '}') return { parts: { head: '{', members, tail: '}' }, end: next + 1 };
    at = next + 1;
  }
}

export function joinObject({ head, members, tail }: ObjectParts): string {
  return head + members.map(({ lead, label, value, after }) => lead + label + value + after).join(',') + tail;
}

/** Cuts the text of a list. */
export function splitList(text: string): ListParts {
  const from = text.indexOf('[');
  const { parts, end } = cutList(text, from);
  return { ...parts, head: text.slice(0, from) + parts.head, tail: parts.tail + text.slice(end) };
}

/** Cuts the list that begins at a position. */
export function cutList(text: string, from: number): Cut<ListParts> {
  const elements: string[] = [];
  const first = skipSpace(text, from + 1);
  if (text[first] === ']') return { parts: { head: text.slice(from, first), elements, tail: ']' }, end: first + 1 };
  for (let at = from + 1; ;) {
    const next = skipSpace(text, endOfValue(text, skipSpace(text, at)));
    elements.push(text.slice(at, next));
    if (text[next] === ']') return { parts: { head: '[', elements, tail: ']' }, end: next + 1 };
    at = next + 1;
  }
}

export function joinList({ head, elements, tail }: ListParts): string {
  return head + elements.join(',') + tail;
}

/**
 * The text of a member's value, the last of several of one name, as JSON.parse takes it; undefined if there is none.
 */
export function memberOf(text: string, name: string): string | undefined {
  return splitObject(text).members.findLast((member) => member.name === name)?.value;
}

/**
 * Gives members of an object new values, as text, in place; a new one comes last, spaced like its neighbours; null
 * removes a member. `order`: the order of the names; others follow.
 */
export function setMembers(
  text: string,
  changes: ReadonlyMap<string, string | null>,
  order?: readonly string[],
): string {
  const parts = splitObject(text);
  const end = parts.members.length - 1;
  const lastOf = new Map(parts.members.map(({ name }, at) => [name, at]));
  const members = parts.members.flatMap((member, origin): Placed[] => {
    const value = changes.get(member.name);
    if (value === null) return [];
    return [{ ...member, origin, value: lastOf.get(member.name) === origin ? (value ?? member.value) : member.value }];
  });
  const last = parts.members[end];
  const gap = last === undefined ? '' : (/:(\s*)$/.exec(last.label)?.[1] ?? '');
  const lead = end > 0 ? (last?.lead ?? '') : gap;
  for (const [name, value] of changes) {
    if (value === null || lastOf.has(name)) continue;
    members.push({ name, lead, label: `${JSON.stringify(name)}:${gap}`, value, after: '', origin: -1 });
  }
  if (order !== undefined) {
    const rank = new Map(order.map((name, at) => [name, at]));
    members.sort((a, b) => (rank.get(a.name) ?? order.length) - (rank.get(b.name) ?? order.length));
  }
  // The white space at both ends belongs to the object, not to the member next to it.
  const spaced = members.map((member, at) => ({
    ...member,
    lead: at === 0 ? (parts.members[0]?.lead ?? '') : member.origin === 0 ? lead : member.lead,
    after: at === members.length - 1 ? (last?.after ?? '') : member.origin === end ? '' : member.after,
  }));
  return joinObject({ ...parts, members: spaced });
}

/** A member, and its former index; -1 for a new one. */
interface Placed extends MemberText {
  readonly origin: number;
}

/**
 * The text of `value`, to replace `text`: wherever the value equals what the text says, in whole or in part, the text
 * stays. New members and elements are written as by JSON.stringify.
 */
export function mergeText(text: string, value: unknown): string {
  const old: unknown = JSON.parse(text);
  if (sameJson(old, value)) return text;
  if (isObject(old) && isObject(value)) return mergeObject(text, value);
  if (Array.isArray(old) && Array.isArray(value)) return mergeList(text, value);
  return text.slice(0, skipSpace(text, 0)) + textOf(value) + text.slice(text.trimEnd().length);
}

function mergeObject(text: string, value: Readonly<Record<string, unknown>>): string {
  const changes = new Map<string, string | null>();
  const { members } = splitObject(text);
  const texts = new Map(members.map((member) => [member.name, member.value]));
  const said = new Map(Object.entries(value).filter(([, part]) => canBeSaid(part)));
  for (const name of texts.keys()) if (!said.has(name)) changes.set(name, null);
  for (const [name, part] of said) {
    const there = texts.get(name);
    const next = there === undefined ? textOf(part) : mergeText(there, part);
    if (next !== there) changes.set(name, next);
  }
  return setMembers(text, changes);
}

/**
 * False for values without JSON text (above all undefined): as a member of an object they are left out, as by
 * JSON.stringify.
 */
function canBeSaid(value: unknown): boolean {
  return value !== undefined && typeof value !== 'function' && typeof value !== 'symbol';
}

/** The text of a value; `null` for a value without JSON text, as in a list. */
export function textOf(value: unknown): string {
  return canBeSaid(value) ? JSON.stringify(value) : 'null';
}

/** Moved elements are found again at any index; an edited one is compared with the element at its index. */
function mergeList(text: string, value: readonly unknown[]): string {
  const { head, elements, tail } = splitList(text);
  const left = new Map<string, number[]>();
  for (const [at, element] of elements.entries()) {
    const key = canonical(JSON.parse(element)) ?? '';
    const places = left.get(key);
    if (places === undefined) left.set(key, [at]);
    else places.push(at);
  }
  const taken = new Set<number>();
  const found = value.map((part) => {
    const at = left.get(canonical(part) ?? '')?.shift();
    if (at !== undefined) taken.add(at);
    return at;
  });
  const merged = value.map((part, at) => {
    const place = found[at] ?? (taken.has(at) ? undefined : at);
    const there = place === undefined ? undefined : elements[place];
    return there === undefined ? textOf(part) : mergeText(there, part);
  });
  if (merged.length === 0) return `${head.trimEnd()}${tail.trimStart()}`;
  return joinList({ head: elements.length === 0 ? head.trimEnd() : head, elements: merged, tail });
}

/** The text without white space between its parts. */
export function compactText(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"|[\t\n\r ]+/g, (part) => (part.startsWith('"') ? part : ''));
}
