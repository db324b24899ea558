import { createHash, randomBytes } from 'node:crypto';
import type { Writable } from 'node:stream';
import { Cluster, Command, type Redis } from 'ioredis';
import { encodeCommand } from '../redis/resp-encoder.js';
import { scripts as standard, type Scripts } from './lua.js';
import type { Keys } from '../redis/keys.js';
import { isPassing, isReply } from '../redis/errors.js';
import { removeKey } from '../redis/remove.js';

/** One server (or a Sentinel's master), or a cluster. */
export type RedisClient = Redis | Cluster;
/** One server, or one behind Sentinel. */
export type SingleRedis = Redis;

/** What Redis holds a family in, as far as the cache is concerned. */
export type Kind = 'string' | 'hash';

/** Fields of a hash that a lone writer may set in place. */
export interface FieldChanges {
  readonly set: readonly (readonly [field: string, json: string])[];
  readonly remove: readonly string[];
}

/** What is filled in: the text of a string, or the fields of a hash and their values in turn. */
export type Content = readonly string[];

type Word = string | number;

type Run = (keys: string | readonly string[], words?: readonly Word[]) => Promise<unknown>;

/** A key that is to be lifted; `changes` where single fields are all that a lone writer has to set. */
export interface Liftable {
  readonly key: string;
  readonly changes?: FieldChanges | null;
}

/** So many keys go to one script, or are under way at once: Redis does nothing else meanwhile. */
export const keysAtOnce = 250;

/**
 * A command without the driver's own time limit, which costs a timer each: its reader gives it up long before, or
 * nobody waits for it.
 */
class Quick extends Command {
  override setTimeout(): void {
    // As the name says.
  }
}

/** One that has been put into bytes already; its arguments but for the key are left out. */
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
 * Characters from which on content is not given to a script: Redis reads through every text that it hands over to one.
 */
const heavy = 1_024;
/** Milliseconds that content which nobody takes stays behind. */
const stagedMs = '10000';

const text = { replyEncoding: 'utf8' } as const;

function nobodyWaits(): void {
  // Whatever went wrong, the next read finds it out.
}

function nobodyCounts(): void {
  // What left is of no interest.
}

/**
 * The cache's scripts as commands of a client; each is sent by its digest, and whole to a server that does not know it
 * yet.
 */
export class CacheCommands {
  readonly client: RedisClient;
  readonly #keys: Keys;
  readonly #run: Readonly<Record<keyof Scripts, Run>>;
  readonly #refused: () => void;
  #plainLease = true;
  /** Commands of the last write, or of the one under way. */
  #written = 0;
  /** Scripts take many keys at once. */
  #together: boolean;
  #staging = true;

  /**
   * `refused` is told of each fill that Redis refuses. `replaced` is for tests that want to see a broken protocol fail.
   */
  constructor(client: RedisClient, keys: Keys, refused: () => void = nobodyWaits, replaced: Partial<Scripts> = {}) {
    this.client = client;
    this.#together = !(client instanceof Cluster);
    this.#refused = refused;
    this.#keys = keys;
    const texts: Scripts = { ...standard, ...replaced };
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
      lease: command('lease', Quick),
      fill: command('fill', Quick),
      take: command('take', Quick),
      release: command('release'),
      field: command('field', Quick),
      whole: command('whole', Quick),
      block: command('block', Quick),
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

  /**
   * Text of a string, JSON of a hash, or the mark; `~L:<token>` of one's own where the lease was given. For a string
   * one plain command does it, where the server knows it (Redis 7) and nothing spoilt is to go.
   */
  lease(key: string, kind: Kind, token: string, ms: number, spoilt = ''): Promise<unknown> {
    const own = `~L:${token}`;
    const script = (): Promise<unknown> => this.#run.lease(key, [kind, token, ms, spoilt]);
    if (kind === 'hash' || spoilt !== '' || !this.#plainLease) return script();
    return this.#send(new Quick('set', [key, own, 'PX', String(ms), 'NX', 'GET'], text)).then(
      (reply) => reply ?? own,
      (error: unknown) => {
        // Another type of key, or a server that does not know both options together.
        if (!isReply(error)) throw error;
        if (error.message.includes('syntax error')) this.#plainLease = false;
        return script();
      },
    );
  }

  /**
   * Makes ready to fill a key whose lease still stands; what is answered sends it. What is heavy is laid beside the key
   * by a plain command and takes its place by a script, all in one write; what nobody takes goes by itself. It is put
   * into bytes at once: long texts that are kept are copied by each minor collection.
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
    const laid = new Ready(name, staged, encodeCommand(name, words));
    return () => {
      this.#send(laid).catch(nobodyWaits);
      if (kind === 'hash') this.#send(new Quick('pexpire', [staged, stagedMs], text)).catch(nobodyWaits);
      this.#run.take([key, staged], [kind, token, ms]).then(
        (taken) => {
          if (taken === 1) return;
          removeKey(this.client, staged).catch(nobodyWaits);
          // It may not rename there.
          if (taken === -1) this.#staging = false;
        },
        (error: unknown) => {
          // It may not write there, or the slot is another.
          if (error instanceof Error && /^(NOPERM|CROSSSLOT)/.test(error.message)) this.#staging = false;
        },
      );
    };
  }

  release(key: string, token: string): Promise<unknown> {
    return this.#run.release(key, [token]);
  }

  /**
   * JSON of the field, `null`, the mark, or null where there is no hash. Where the field stands there, one plain
   * command says so.
   */
  field(key: string, field: string): Promise<unknown> {
    return this.#send(new Quick('hmget', [key, '~', field], text)).then((reply) => {
      const [mark, value] = reply as readonly [string | null, string | null];
      if (mark !== null) return mark === '~N' ? 'null' : mark;
      return value ?? this.#run.field(key, [field]);
    });
  }

  /**
   * Blocks these keys for `ms` under a token. Answers the first failure, or null; one key stops no other. Never throws.
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
   * Lifts what stands at these keys under a token; without one it carries over somebody else's write. Where the script
   * is refused, a key is deleted by a plain command, as a lift does that finds its block gone. `removed` hears how many
   * values left, as it becomes known. Answers the first failure, or null; one key stops no other. Never throws.
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
   * Runs a script over many keys: one command for all of them, and one each in a cluster, where their slots keep them
   * apart, or where the one is refused, as it is for the sake of a single key that an account may not touch. `done`
   * hears the numbers that the script answers, `failed` of each key that was refused, and answers what is left of the
   * failure. Answers the first of these, or null. Never throws.
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
    // A proxy before a cluster takes each of them, but not all at once.
    if (together && !passes && refused === 0) this.#together = false;
    return failure;
  }

  async replace(key: string, old: string, text: string, ms: number): Promise<boolean> {
    return (await this.#run.replace(key, [old, text, ms])) === 1;
  }

  /**
   * What is sent in one turn of the event loop goes out in one write: a call of the system for each costs more than all
   * the rest of a hit. Where the last write held one command, whoever asks is probably alone, and waits only for those
   * who were answered together with them.
   */
  #send(command: Command): Promise<unknown> {
    const { stream } = this.client as { readonly stream?: Writable | null };
    if (stream !== undefined && stream !== null) {
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

/** The name of an error of which a script tells that was not its own: a command within it was refused for one key. */
const refusedWithin = 'RefusedWithin';

/** True where Redis answered, and would not do it: the command itself, or one within a script. */
export function isRefused(error: unknown): error is Error {
  return isReply(error) || (error instanceof Error && error.name === refusedWithin);
}

/** What a script says of a key is text, where a command of its own throws. */
function errorOf(outcome: unknown): Error {
  if (outcome instanceof Error) return outcome;
  const error = new Error(String(outcome));
  error.name = refusedWithin;
  return error;
}

const self = randomBytes(6).toString('base64url').replaceAll('_', '.');
let tokens = 0;

/** A name for one lease or block that nobody else will use. */
export function newToken(): string {
  tokens += 1;
  return `${self}${tokens.toString(36)}`;
}
