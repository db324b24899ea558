import { createHash, randomBytes } from 'node:crypto';
import type { Writable } from 'node:stream';
import { type Cluster, Command, type Redis } from 'ioredis';
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

/** An argument of a command. */
export type Word = string | number | Buffer;
type Run = (key: string, ...words: readonly Word[]) => Promise<unknown>;

/** A command without the driver's own time limit, which costs a timer each: its reader gives it up long before, or nobody waits for it. */
class Quick extends Command {
  override setTimeout(): void {
    // As the name says.
  }
}

const text = { replyEncoding: 'utf8' } as const;

/** The cache's scripts as commands of a client; each is sent by its digest, and whole to a server that does not know it yet. */
export class CacheCommands {
  readonly client: RedisClient;
  readonly #run: Readonly<Record<keyof Scripts, Run>>;

  /** `replaced` is for tests that want to see a broken protocol fail. */
  constructor(client: RedisClient, replaced: Partial<Scripts> = {}) {
    this.client = client;
    const texts: Scripts = { ...standard, ...replaced };
    const command = (name: keyof Scripts, Form: typeof Command = Command): Run => {
      const script = texts[name];
      const digest = createHash('sha1').update(script).digest('hex');
      return (key, ...words) =>
        this.#send(new Form('evalsha', [digest, '1', key, ...words], text)).catch((error: unknown) => {
          if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
          return this.#send(new Form('eval', [script, '1', key, ...words], text));
        });
    };
    this.#run = {
      lease: command('lease', Quick),
      fill: command('fill', Quick),
      release: command('release'),
      field: command('field', Quick),
      whole: command('whole', Quick),
      block: command('block'),
      lift: command('lift'),
      replace: command('replace'),
    };
  }

  get(key: string): Promise<unknown> {
    return this.#send(new Quick('get', [key], text));
  }

  /** JSON of a whole hash, the mark, or null where there is no hash. */
  whole(key: string): Promise<unknown> {
    return this.#run.whole(key);
  }

  /** Text of a string, JSON of a hash, or the mark; `~L:<token>` of one's own where the lease was given. */
  lease(key: string, kind: Kind, token: string, ms: number, spoilt = ''): Promise<unknown> {
    return this.#run.lease(key, kind, token, ms, spoilt);
  }

  async fill(key: string, kind: Kind, token: string, ms: number, words: readonly Word[]): Promise<boolean> {
    return (await this.#run.fill(key, kind, token, ms, ...words)) === 1;
  }

  release(key: string, token: string): Promise<unknown> {
    return this.#run.release(key, token);
  }

  /** JSON of the field, `null`, the mark, or null where there is no hash. Where the field stands there, one plain command says so. */
  field(key: string, field: string): Promise<unknown> {
    return this.#send(new Quick('hmget', [key, '~', field], text)).then((reply) => {
      const [mark, value] = reply as readonly [string | null, string | null];
      if (mark !== null) return mark === '~N' ? 'null' : mark;
      return value ?? this.#run.field(key, field);
    });
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

  async replace(key: string, old: string, text: string, ms: number): Promise<boolean> {
    return (await this.#run.replace(key, old, text, ms)) === 1;
  }

  /** What is sent in one turn of the event loop goes out in one write: a call of the system for each costs more than all the rest of a hit. */
  #send(command: Command): Promise<unknown> {
    const { stream } = this.client as { readonly stream?: Writable | null };
    if (stream !== undefined && stream !== null && stream.writableCorked === 0) {
      stream.cork();
      setImmediate(() => {
        stream.uncork();
      });
    }
    return this.client.sendCommand(command) as Promise<unknown>;
  }
}

const self = randomBytes(6).toString('base64url').replaceAll('_', '.');
let tokens = 0;

/** A name for one lease or block that nobody else will use. */
export function newToken(): string {
  tokens += 1;
  return `${self}${tokens.toString(36)}`;
}
