import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Refusal } from '../../contract/errors.js';
import { tooMany } from './errors.js';
import { type LegacyStore, parse } from './store.js';

/** Checks that every value read is unchanged, then does every step: all at once, or nothing. */
const script = `
local at = 1
local function take()
  local value = ARGV[at]
  at = at + 1
  return value
end
for _ = 1, tonumber(take()) do
  local kind, key, field, wanted = take(), KEYS[tonumber(take())], take(), take()
  local now
  if kind == 'exists' then now = tostring(redis.call('EXISTS', key))
  else
    if kind == 'field' then now = redis.call('HGET', key, field) else now = redis.call('GET', key) end
    if now then now = redis.sha1hex(now) else now = '' end
  end
  if now ~= wanted then return 0 end
end
for _ = 1, tonumber(take()) do
  local size, command, key = tonumber(take()), take(), KEYS[tonumber(take())]
  local rest = {}
  for part = 1, size do rest[part] = take() end
  redis.call(command, key, unpack(rest))
end
return 1
`;

type Kind = 'string' | 'field' | 'exists';

const most = 300;

/**
 * An optimistic transaction over several keys: it remembers what it reads, sends its writes at the end, and they happen
 * only if nothing that was read has changed in the meantime. JSON is read and written here and not in the script, so
 * that unknown fields survive.
 */
export class OptimisticTransaction {
  readonly #store: LegacyStore;
  readonly #keys: string[] = [];
  readonly #checks = new Map<string, { kind: Kind; key: string; field: string; value: string | null }>();
  readonly #steps: { command: string; key: string; parts: string[] }[] = [];

  constructor(store: LegacyStore) {
    this.#store = store;
  }

  get(key: string): Promise<string | null> {
    return this.#read('string', key, '', () => this.#store.get(key));
  }

  /** A JSON object, or null. Throws `unsupported` for any other value: it would be overwritten. */
  async json<T>(key: string): Promise<T | null> {
    const text = await this.get(key);
    const value = parse<T>(text);
    if (text !== null && value === null)
      throw new Refusal('unsupported', {
        zh: `Redis 键 ${key} 的内容不是 JSON，不会覆盖`,
        en: `The Redis key ${key} holds no JSON; it is not overwritten`,
      });
    return value;
  }

  field(key: string, field: string): Promise<string | null> {
    return this.#read('field', key, field, () => this.#store.ask((redis) => redis.hget(key, field)));
  }

  async exists(key: string): Promise<boolean> {
    const there = await this.#read('exists', key, '', async () =>
      String(await this.#store.ask((redis) => redis.exists(key))),
    );
    return there === '1';
  }

  set(key: string, value: object): void {
    this.do('SET', key, JSON.stringify(value));
  }

  remove(key: string): void {
    this.do('DEL', key);
  }

  /** Adds a command on one key, to run with the others. */
  do(command: string, key: string, ...parts: (string | number)[]): void {
    this.#steps.push({ command, key, parts: parts.map(String) });
  }

  /** False if something that was read has changed: nothing is done then. */
  async commit(): Promise<boolean> {
    if (this.#steps.length === 0) return true;
    const words: (string | number)[] = [this.#checks.size];
    for (const { kind, key, field, value } of this.#checks.values())
      words.push(kind, this.#place(key), field, kind === 'exists' ? (value ?? '') : sha1(value));
    words.push(this.#steps.length);
    for (const { command, key, parts } of this.#steps) words.push(parts.length, command, this.#place(key), ...parts);
    const done = await this.#store.ask((redis) => redis.eval(script, this.#keys.length, ...this.#keys, ...words));
    return Number(done) === 1;
  }

  async #read(kind: Kind, key: string, field: string, ask: () => Promise<string | null>): Promise<string | null> {
    const id = `${kind}\0${field}\0${key}`;
    const known = this.#checks.get(id);
    if (known !== undefined) return known.value;
    const value = await ask();
    this.#checks.set(id, { kind, key, field, value });
    return value;
  }

  #place(key: string): number {
    const at = this.#keys.indexOf(key);
    return at >= 0 ? at + 1 : this.#keys.push(key);
  }
}

function sha1(value: string | null): string {
  return value === null ? '' : createHash('sha1').update(value).digest('hex');
}

/**
 * Runs a change, again from its reads if another process was faster. Throws what `work` throws; `conflict` if it never
 * succeeds.
 */
export async function atomically<T>(store: LegacyStore, work: (unit: OptimisticTransaction) => Promise<T>): Promise<T> {
  for (let attempt = 0; attempt < most; attempt++) {
    const unit = new OptimisticTransaction(store);
    const value = await work(unit);
    if (await unit.commit()) return value;
    await sleep(Math.random() * Math.min(attempt * 2, 40));
  }
  throw tooMany();
}
