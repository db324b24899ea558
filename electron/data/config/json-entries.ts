import { edited, type EntryEdit, type EntryOwner, type EntryStore, freshEntry, type WholeEntry } from './entry.js';
import {
  cutList,
  cutObject,
  joinList,
  joinObject,
  type ListParts,
  memberOf,
  mergeText,
  type ObjectParts,
  setMembers,
  textOf,
} from './json-text.js';
import { canonical, isObject, type Json } from './same-json.js';

/**
 * One JSON row cannot hold a million users. In a config this large, users without an entry are not given one (`users`
 * has their data), and the row stays far below the packet size that the server accepts.
 */
const mostEntries = 50_000;

/** The list of entries, cut out of a config's text. */
interface ListPlace {
  readonly root: ObjectParts;
  readonly section: ObjectParts;
  readonly list: ListParts;
}

/** Entries in the config's JSON (`UserConfig.Users`): parsed once, edited as text, joined once. */
export class JsonEntries implements EntryStore {
  #text: string;
  #cut: ListPlace | null;
  #elements: string[];
  #values: unknown[];
  #places: Map<string, number> | null = null;
  #changed = false;

  /** `root` is `text` parsed; its `UserConfig.Users` is a list or absent. */
  constructor(text: string, root: Readonly<Json>) {
    this.#text = text;
    const section = root['UserConfig'];
    const users = isObject(section) ? section['Users'] : null;
    this.#values = Array.isArray(users) ? [...(users as unknown[])] : [];
    this.#cut = Array.isArray(users) ? cutOut(text) : null;
    this.#elements = [...(this.#cut?.list.elements ?? [])];
  }

  get names(): readonly string[] {
    return [...this.#index().keys()];
  }

  get changed(): boolean {
    return this.#changed;
  }

  /** The config's text to write. */
  get text(): string {
    if (!this.#changed) return this.#text;
    const elements = this.#elements;
    if (this.#cut !== null) {
      const { root, section, list } = this.#cut;
      const head = list.elements.length === 0 && elements.length > 0 ? list.head.trimEnd() : list.head;
      const users = joinList({ ...list, head, elements });
      return joinObject(withMember(root, 'UserConfig', joinObject(withMember(section, 'Users', users))));
    }
    const home = memberOf(this.#text, 'UserConfig');
    const users = new Map([['Users', `[${elements.join(',')}]`]]);
    const section = home === undefined || home === 'null' ? setMembers('{}', users) : setMembers(home, users);
    return setMembers(this.#text, new Map([['UserConfig', section]]));
  }

  async load(): Promise<void> {
    await Promise.resolve();
  }

  note(): void {
    // In the JSON the entry itself is the truth.
  }

  get(name: string): Readonly<Json> | null {
    const at = this.#index().get(name);
    const value = at === undefined ? null : this.#values[at];
    return isObject(value) ? value : null;
  }

  fieldText(name: string, field: string): string | undefined {
    const at = this.#index().get(name);
    const text = at === undefined ? undefined : this.#elements[at];
    return text === undefined ? undefined : memberOf(text, field);
  }

  edit(name: string, edit: EntryEdit): void {
    const at = this.#index().get(name);
    const value = this.get(name);
    const text = at === undefined ? undefined : this.#elements[at];
    if (at === undefined || value === null || text === undefined) return;
    this.#values[at] = edited(value, edit);
    this.#elements[at] = editText(text, edit);
    this.#changed = true;
  }

  add(owner: EntryOwner): boolean {
    if (this.#values.length >= mostEntries) return false;
    const entry = freshEntry(owner);
    this.#index().set(owner.username, this.#values.push(entry) - 1);
    this.#elements.push(JSON.stringify(entry));
    this.#changed = true;
    return true;
  }

  take(name: string): WholeEntry {
    const index = this.#index().get(name) ?? -1;
    const entry = this.get(name) ?? {};
    const [text = ''] = this.#elements.splice(index, 1);
    this.#values.splice(index, 1);
    this.#places = null;
    this.#changed = true;
    const next = this.get(name);
    return {
      username: name,
      entry,
      index,
      ...(text === JSON.stringify(entry) ? {} : { rawText: text }),
      ...(next === null ? {} : { next: { ...next } }),
    };
  }

  put({ username, entry, index = this.#values.length, rawText }: WholeEntry): void {
    const at = Math.min(index, this.#index().get(username) ?? this.#values.length);
    this.#values.splice(at, 0, { ...entry });
    this.#elements.splice(at, 0, rawText === undefined ? JSON.stringify(entry) : mergeText(rawText, entry));
    this.#places = null;
    this.#changed = true;
  }

  copy(): JsonEntries {
    const copy = new JsonEntries('{}', {});
    copy.#text = this.#text;
    copy.#cut = this.#cut;
    copy.#elements = [...this.#elements];
    copy.#values = structuredClone(this.#values);
    copy.#changed = this.#changed;
    return copy;
  }

  /** Changes the whole config to `next`; unchanged parts keep their text. */
  replace(next: Readonly<Json>): void {
    const section = next['UserConfig'];
    const users = isObject(section) ? section['Users'] : null;
    // Entries are matched by name, the settings separately.
    const settings = Array.isArray(users) ? { ...next, UserConfig: { ...(section as Json), Users: [] } } : next;
    const shell =
      this.#cut === null ? this.#text : new JsonEntries(this.#text, { UserConfig: { Users: [] } }).#emptied();
    const merged = mergeText(shell, settings);
    const list = Array.isArray(users) ? this.#found(users as unknown[]) : [];
    const after = new JsonEntries(merged, settings);
    this.#text = merged;
    this.#cut = after.#cut;
    this.#elements = list;
    this.#values = Array.isArray(users) ? [...(users as unknown[])] : [];
    this.#places = null;
    this.#changed = true;
  }

  #emptied(): string {
    this.#elements = [];
    this.#changed = true;
    return this.text;
  }

  /** The texts of elements; existing elements keep the text of unchanged parts. */
  #found(users: readonly unknown[]): string[] {
    const byName = this.#index();
    const others = new Map<string, string[]>();
    for (const [at, value] of this.#values.entries()) {
      if (isObject(value) && byName.get(value['username'] as string) === at) continue;
      const key = canonical(value) ?? '';
      others.set(key, [...(others.get(key) ?? []), this.#elements[at] ?? '']);
    }
    const seen = new Set<string>();
    return users.map((value) => {
      const name = isObject(value) ? value['username'] : null;
      const at = typeof name === 'string' && !seen.has(name) ? byName.get(name) : undefined;
      if (typeof name === 'string') seen.add(name);
      const text = at === undefined ? others.get(canonical(value) ?? '')?.shift() : this.#elements[at];
      return text === undefined ? JSON.stringify(value) : mergeText(text, value);
    });
  }

  /** The index of each name; the site uses the first of several. */
  #index(): Map<string, number> {
    if (this.#places === null) {
      this.#places = new Map();
      for (const [at, entry] of this.#values.entries()) {
        const name = isObject(entry) ? entry['username'] : null;
        if (typeof name === 'string' && !this.#places.has(name)) this.#places.set(name, at);
      }
    }
    return this.#places;
  }
}

/** The given text of a field, or undefined. */
export function textIn(texts: EntryEdit['texts'], field: string): string | undefined {
  return texts !== undefined && Object.hasOwn(texts, field) ? texts[field] : undefined;
}

/** The text of an entry with an edit applied. */
export function editText(text: string, { fields, texts, order }: EntryEdit): string {
  const changes = new Map<string, string | null>();
  for (const [name, value] of Object.entries(fields)) {
    const there = memberOf(text, name);
    const next =
      value === undefined
        ? null
        : (textIn(texts, name) ?? (there === undefined ? textOf(value) : mergeText(there, value)));
    if (next !== (there ?? null)) changes.set(name, next);
  }
  return changes.size === 0 && order === undefined ? text : setMembers(text, changes, order);
}

/** Cuts the list out in one pass over the text. Of several members of one name the last counts, as in JSON.parse. */
function cutOut(text: string): ListPlace | null {
  let section: ObjectParts | null = null;
  let list: ListParts | null = null;
  const { parts, end } = cutObject(text, text.indexOf('{'), (name, at) => {
    if (name !== 'UserConfig' || text[at] !== '{') return null;
    list = null;
    const inside = cutObject(text, at, (field, from) => {
      if (field !== 'Users' || text[from] !== '[') return null;
      const users = cutList(text, from);
      list = users.parts;
      return users.end;
    });
    section = inside.parts;
    return inside.end;
  });
  if (section === null || list === null) return null;
  const root = { ...parts, head: text.slice(0, text.indexOf('{')) + parts.head, tail: parts.tail + text.slice(end) };
  return { root, section, list };
}

/** Replaces the value of the last member of a name. */
function withMember(parts: ObjectParts, name: string, value: string): ObjectParts {
  const last = parts.members.findLast((member) => member.name === name);
  return { ...parts, members: parts.members.map((member) => (member === last ? { ...member, value } : member)) };
}
