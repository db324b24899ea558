import { createHash, randomBytes } from 'node:crypto';
import type { Writable } from 'node:stream';
import { Cluster, Command, type Redis } from 'ioredis';
import { isDriverEncoded } from '../redis/client.js';
import { encodeCommand } from '../redis/resp-encoder.js';
import { scripts as standard, type Scripts } from './lua.js';
import type { Keys } from '../redis/keys.js';
import { isPassing, isReply } from '../redis/errors.js';
import { removeKey } from '../redis/remove.js';

/** One server (or the master behind Sentinel), or a cluster. */
export type RedisClient = Redis | Cluster;
/** One server, or the master behind Sentinel. */
export type SingleRedis = Redis;

/** The Redis type of a key family, as far as the cache cares. */
export type Kind = 'string' | 'hash';

/** Fields of a hash that a writer may set in place if no other writer is active. */
export interface FieldChanges {
  readonly set: readonly (readonly [field: string, json: string])[];
  readonly remove: readonly string[];
}

/** The content to fill in: the text of a string, or the fields and values of a hash in turn. */
export type Content = readonly string[];

type Word = string | number;

type Run = (keys: string | readonly string[], words?: readonly Word[]) => Promise<unknown>;

/** A key to lift. `changes` is set if a writer without competitors only has to set single fields. */
export interface Liftable {
  readonly key: string;
  readonly changes?: FieldChanges | null;
}

/** Maximum number of keys in one script or in flight at once: Redis does nothing else while a script runs. */
export const keysAtOnce = 250;

/**
 * A command without the driver's own time limit, because that limit costs one timer per command. The reader gives up
 * long before it, or nobody waits for the reply.
 */
class Quick extends Command {
  override setTimeout(): void {
    // Sets no timer on purpose.
  }
}

/** A command that is already encoded as bytes. It does not keep its arguments except the key. */
class Ready extends Quick {
  readonly #bytes: Buffer;

  constructor(name: string, key: string, bytes: Buffer) {
    super(name, [key], text);
    this.#bytes = bytes;
  }

  override toWritable(): Buffer {
    return this.#bytes;
  }
}

/**
 * Content with at least this many characters is not passed to a script: Redis reads through every text that a script
 * gets.
 */
const heavy = 1_024;
/** Milliseconds after which staged content that was never used expires. */
const stagedMs = '10000';

const text = { replyEncoding: 'utf8' } as const;

function nobodyWaits(): void {
  // Any failure is found by the next read.
}

function nobodyCounts(): void {
  // The number of removed values is not needed.
}

/**
 * The cache's scripts as commands of a client. Each is sent by its digest, and as full text if the server does not know
 * it yet.
 */
export class CacheCommands {
  readonly client: RedisClient;
  readonly #keys: Keys;
  readonly #run: Readonly<Record<keyof Scripts, Run>>;
  readonly #refused: () => void;
  /** False if the driver encodes, times and writes the commands as it does all others. */
  readonly #own: boolean;
  #plainLease = true;
  /** Number of commands in the last socket write, or in the current one. */
  #written = 0;
  /** True if a script may take many keys at once. */
  #together: boolean;
  #staging = true;

  /**
   * `refused` is called for each fill that Redis refuses. `replaced` is for tests that check that a broken protocol
   * fails.
   */
  constructor(client: RedisClient, keys: Keys, refused: () => void = nobodyWaits, replaced: Partial<Scripts> = {}) {
    this.client = client;
    this.#own = !isDriverEncoded(client);
    this.#together = !(client instanceof Cluster);
    this.#refused = refused;
    this.#keys = keys;
    const texts: Scripts = { ...standard, ...replaced };
    const Fast = this.#own ? Quick : Command;
    const command = (name: keyof Scripts, Form: typeof Command = Command): Run => {
      const script = texts[name];
      const digest = createHash('sha1').update(script).digest('hex');
      return (keys, words = []) => {
        const names = typeof keys === 'string' ? [keys] : keys;
        const rest = [names.length, ...names, ...words];
        return this.#send(new Form('evalsha', [digest, ...rest], text)).catch((error: unknown) => {
          if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
          return this.#send(new Form('eval', [script, ...rest], text));
        });
      };
    };
    this.#run = {
      lease: command('lease', Fast),
      fill: command('fill', Fast),
      take: command('take', Fast),
      release: command('release'),
      field: command('field', Fast),
      whole: command('whole', Fast),
      block: command('block', Fast),
      lift: command('lift'),
      replace: command('replace'),
    };
  }

  get(key: string): Promise<unknown> {
    return this.#send(this.#quick('get', [key]));
  }

  /** JSON of a whole hash, or its mark. Null if there is no hash. */
  whole(key: string): Promise<unknown> {
    return this.#run.whole(key);
  }

  /**
   * Returns the text of a string, the JSON of a hash, or the mark. If the lease was given, returns `~L:<token>` with
   * the given token. For a string, one plain command is enough if the server supports it (Redis 7) and no spoilt value
   * has to be removed.
   */
  lease(key: string, kind: Kind, token: string, ms: number, spoilt = ''): Promise<unknown> {
    const own = `~L:${token}`;
    const script = (): Promise<unknown> => this.#run.lease(key, [kind, token, ms, spoilt]);
    if (kind === 'hash' || spoilt !== '' || !this.#plainLease) return script();
    return this.#send(this.#quick('set', [key, own, 'PX', String(ms), 'NX', 'GET'])).then(
      (reply) => reply ?? own,
      (error: unknown) => {
        // The key has another type, or the server does not support both options together.
        if (!isReply(error)) throw error;
        if (error.message.includes('syntax error')) this.#plainLease = false;
        return script();
      },
    );
  }

  /**
   * Prepares the fill of a key whose lease is still valid; the returned function sends it. Large content is first
   * stored under a staging key with a plain command, and a script moves it into place; both go out in one socket write.
   * Staged content that is never used expires. The command is encoded as bytes at once, because each minor garbage
   * collection copies long texts that are kept.
   */
  filling(key: string, kind: Kind, token: string, ms: number, content: Content): () => void {
    let weight = 0;
    for (const word of content) weight += word.length;
    const staged = weight < heavy || !this.#staging ? null : this.#keys.staged(key, token);
    if (staged === null)
      return () => {
        this.#run.fill(key, [kind, token, ms, ...content]).catch((error: unknown) => {
          if (isReply(error)) this.#refused();
        });
      };
    const [name, words] =
      kind === 'hash'
        ? (['hset', [staged, ...content]] as const)
        : (['set', [staged, ...content, 'PX', stagedMs]] as const);
    const laid = this.#own ? new Ready(name, staged, encodeCommand(name, words)) : new Command(name, [...words], text);
    return () => {
      this.#send(laid).catch(nobodyWaits);
      if (kind === 'hash') this.#send(this.#quick('pexpire', [staged, stagedMs])).catch(nobodyWaits);
      this.#run.take([key, staged], [kind, token, ms]).then(
        (taken) => {
          if (taken === 1) return;
          removeKey(this.client, staged).catch(nobodyWaits);
          // This account may not rename keys.
          if (taken === -1) this.#staging = false;
        },
        (error: unknown) => {
          // This account may not write the staging key, or the key is in another slot.
          if (error instanceof Error && /^(NOPERM|CROSSSLOT)/.test(error.message)) this.#staging = false;
        },
      );
    };
  }

  release(key: string, token: string): Promise<unknown> {
    return this.#run.release(key, [token]);
  }

  /**
   * Returns JSON of the field, `null` if the hash does not have it, the mark, or null if there is no hash. If the field
   * exists, one plain command is enough.
   */
  field(key: string, field: string): Promise<unknown> {
    return this.#send(this.#quick('hmget', [key, '~', field])).then((reply) => {
      const [mark, value] = reply as readonly [string | null, string | null];
      if (mark !== null) return mark === '~N' ? 'null' : mark;
      return value ?? this.#run.field(key, [field]);
    });
  }

  /**
   * Blocks these keys for `ms` milliseconds under a token. Returns the first failure, or null. One key's failure does
   * not stop the others. Never throws.
   */
  block(keys: readonly (readonly [key: string, kind: Kind])[], token: string, ms: number): Promise<Error | null> {
    const run = (some: typeof keys): Promise<unknown> => {
      const [names, words]: [string[], Word[]] = [[], [token, ms]];
      for (const [key, kind] of some) {
        names.push(key);
        words.push(kind);
      }
      return this.#run.block(names, words);
    };
    return this.#each(keys, run, nobodyCounts, (outcome) => Promise.resolve(outcome));
  }

  /**
   * Lifts the blocks of a token at these keys. Without a token, it carries out the write of another process. If the
   * script is refused, the key is deleted with a plain command, as a lift does that no longer finds its block.
   * `removed` is called with the number of removed values as they become known. Returns the first failure, or null. One
   * key's failure does not stop the others. Never throws.
   */
  lift(
    targets: readonly Liftable[],
    token = '',
    removed: (count: number) => void = nobodyCounts,
  ): Promise<Error | null> {
    const run = (some: typeof targets): Promise<unknown> => {
      const [names, words]: [string[], Word[]] = [[], [token]];
      for (const { key, changes = null } of some) {
        names.push(key);
        if (changes === null) words.push(0, 0, 0);
        else words.push(1, changes.set.length, changes.remove.length, ...changes.set.flat(), ...changes.remove);
      }
      return this.#run.lift(names, words);
    };
    return this.#each(targets, run, removed, async (outcome, { key }) => {
      if (!isRefused(outcome)) return outcome;
      try {
        removed(await removeKey(this.client, key));
        return null;
      } catch (error) {
        return errorOf(error);
      }
    });
  }

  /**
   * Runs a script over many keys. One command handles all keys if possible. Each key gets its own command in a cluster,
   * because the keys are in different slots, and after a refusal: one key that the account may not touch refuses the
   * whole command. `done` is called with each number that the script returns. `failed` is called for each refused key
   * and returns the error that remains, or null. Returns the first remaining error, or null. Never throws.
   */
  async #each<T>(
    items: readonly T[],
    run: (some: readonly T[]) => Promise<unknown>,
    done: (count: number) => void,
    failed: (why: Error, item: T) => Promise<Error | null>,
  ): Promise<Error | null> {
    const settle = (outcome: unknown, item: T): Promise<Error | null> | null => {
      if (typeof outcome !== 'number') return failed(errorOf(outcome), item);
      done(outcome);
      return null;
    };
    const together = items.length > 1 && this.#together;
    let passes = false;
    if (together) {
      const outcomes = await (run(items) as Promise<readonly unknown[]>).catch((error: unknown) => {
        if (!isReply(error)) return items.map(() => error);
        passes = isPassing(error.message);
        return null;
      });
      if (outcomes !== null) return firstOf(items.map((item, at) => settle(outcomes[at], item)));
    }
    let refused = 0;
    const failures = items.map(async (item) => {
      const [outcome] = await (run([item]) as Promise<readonly unknown[]>).catch((error: unknown) => [error]);
      if (typeof outcome !== 'number') refused += 1;
      return settle(outcome, item);
    });
    const failure = await firstOf(failures);
    // A proxy in front of a cluster takes each key alone, but not all of them in one command.
    if (together && !passes && refused === 0) this.#together = false;
    return failure;
  }

  async replace(key: string, old: string, text: string, ms: number): Promise<boolean> {
    return (await this.#run.replace(key, [old, text, ms])) === 1;
  }

  #quick(name: string, words: string[]): Command {
    return this.#own ? new Quick(name, words, text) : new Command(name, words, text);
  }

  /**
   * Commands of one turn of the event loop go out in one socket write, because a system call for each would cost more
   * than the rest of a cache hit. If the last write had only one command, the caller is probably alone. Then the write
   * waits only until the end of this tick, for callers that were answered at the same time.
   */
  #send(command: Command): Promise<unknown> {
    const { stream } = this.client as { readonly stream?: Writable | null };
    if (this.#own && stream !== undefined && stream !== null) {
      if (stream.writableCorked === 0) {
        stream.cork();
        const alone = this.#written === 1;
        this.#written = 0;
        if (alone) process.nextTick(uncork, stream);
        else setImmediate(uncork, stream);
      }
      this.#written += 1;
    }
    return this.client.sendCommand(command) as Promise<unknown>;
  }
}

function uncork(stream: Writable): void {
  stream.uncork();
}

async function firstOf(failures: readonly (Promise<Error | null> | null)[]): Promise<Error | null> {
  const left = failures.filter((failure) => failure !== null);
  return left.length === 0 ? null : ((await Promise.all(left)).find((failure) => failure !== null) ?? null);
}

/** Name of an error that a script reports for one key: Redis refused a command inside the script. */
const refusedWithin = 'RefusedWithin';

/** True if Redis answered but refused the command itself, or a command inside a script. */
export function isRefused(error: unknown): error is Error {
  return isReply(error) || (error instanceof Error && error.name === refusedWithin);
}

/** A script reports the error of a key as text. A command of its own throws an Error. */
function errorOf(outcome: unknown): Error {
  if (outcome instanceof Error) return outcome;
  const error = new Error(String(outcome));
  error.name = refusedWithin;
  return error;
}

const self = randomBytes(6).toString('base64url').replaceAll('_', '.');
let tokens = 0;

/** A unique name for one lease or block. */
export function newToken(): string {
  tokens += 1;
  return `${self}${tokens.toString(36)}`;
}
