import { randomBytes } from 'node:crypto';
import type { Writable } from 'node:stream';
import type { Cluster, Redis } from 'ioredis';
import { scripts as standard, type Scripts } from './lua.js';

/** One server (or a Sentinel's master), or a cluster. */
export type RedisClient = Redis | Cluster;

/** What Redis holds a family in, as far as the cache is concerned. */
export type Kind = 'string' | 'hash';

/** Fields of a hash that a lone writer may set in place. */
export interface FieldChanges {
  readonly set: readonly (readonly [field: string, json: string])[];
  readonly remove: readonly string[];
}

type Words = readonly (string | number)[];
type Run = (key: string, ...words: Words) => Promise<unknown>;

let others = 0;

/** The cache's scripts as commands of a client; the driver loads them where a server does not know them yet. */
export class CacheCommands {
  readonly client: RedisClient;
  readonly #run: Readonly<Record<keyof Scripts, Run>>;

  /** `replaced` is for tests that want to see a broken protocol fail. */
  constructor(client: RedisClient, replaced: Partial<Scripts> = {}) {
    this.client = client;
    const texts: Scripts = { ...standard, ...replaced };
    const suffix = Object.keys(replaced).length === 0 ? '' : String((others += 1));
    const command = (name: keyof Scripts): Run => {
      const full = `moondesk_${name}${suffix}`;
      client.defineCommand(full, { numberOfKeys: 1, lua: texts[name] });
      const run = (client as unknown as Readonly<Record<string, Run>>)[full]?.bind(client) as Run;
      return (key, ...words) => {
        this.#gather();
        return run(key, ...words);
      };
    };
    this.#run = {
      lease: command('lease'),
      fill: command('fill'),
      release: command('release'),
      field: command('field'),
      whole: command('whole'),
      block: command('block'),
      lift: command('lift'),
      replace: command('replace'),
    };
  }

  get(key: string): Promise<string | null> {
    this.#gather();
    return this.client.get(key);
  }

  /** JSON of a whole hash, the mark, or null where there is no hash. */
  whole(key: string): Promise<unknown> {
    return this.#run.whole(key);
  }

  /** Text of a string, JSON of a hash, or the mark; `~L:<token>` of one's own where the lease was given. */
  lease(key: string, kind: Kind, token: string, ms: number, spoilt = ''): Promise<unknown> {
    return this.#run.lease(key, kind, token, ms, spoilt);
  }

  async fill(key: string, kind: Kind, token: string, ms: number, words: readonly string[]): Promise<boolean> {
    return (await this.#run.fill(key, kind, token, ms, ...words)) === 1;
  }

  release(key: string, token: string): Promise<unknown> {
    return this.#run.release(key, token);
  }

  /** JSON of the field, `null`, the mark, or null where there is no hash. */
  field(key: string, field: string): Promise<unknown> {
    return this.#run.field(key, field);
  }

  block(key: string, kind: Kind, token: string, ms: number): Promise<unknown> {
    return this.#run.block(key, kind, token, ms);
  }

  /** Answers how many values left (0 or 1). Without a token it carries over somebody else's write. */
  async lift(key: string, token = '', changes: FieldChanges | null = null): Promise<number> {
    const words =
      changes === null ? [0, 0] : [1, changes.set.length, ...changes.set.flatMap((pair) => pair), ...changes.remove];
    return Number(await this.#run.lift(key, token, ...words));
  }

  /** What is sent in one turn goes out in one write: a call of the system for each costs more than all the rest of a hit. */
  #gather(): void {
    const { stream } = this.client as { readonly stream?: Writable | null };
    if (stream === undefined || stream === null || stream.writableCorked > 0) return;
    stream.cork();
    process.nextTick(() => {
      stream.uncork();
    });
  }

  async replace(key: string, old: string, text: string, ms: number): Promise<boolean> {
    return (await this.#run.replace(key, old, text, ms)) === 1;
  }
}

const self = randomBytes(6).toString('base64url').replaceAll('_', '.');
let tokens = 0;

/** A name for one lease or block that nobody else will use. */
export function newToken(): string {
  tokens += 1;
  return `${self}${tokens.toString(36)}`;
}
