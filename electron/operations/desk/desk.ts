import type { Writable } from 'node:stream';
import type { Events } from '../../contract/index.js';
import type { Connection, ConnectionDraft } from '../../contract/connections.js';
import type { Operator, SessionState, SignInEnd } from '../../contract/session.js';
import type { JobRunner } from '../../jobs/runner.js';
import type { LocalizedText } from '../../contract/text.js';
import type { Site, SiteConfig } from '../../data/site.js';
import type { SignInStamp } from '../session/operator-rights.js';

/** Keeps secrets at rest. */
export interface SecretBox {
  /** session: nothing safe is at hand and nothing may be written. */
  readonly kind: 'keychain' | 'passphrase' | 'session';
  seal(secret: string): string;
  open(sealed: string): string;
}

/**
 * What only the surroundings can do: the window's side has dialogs and a keychain, the terminal has files and a
 * passphrase.
 */
export interface Host {
  /** Where profiles, views and logs of this machine's user are kept. */
  readonly dataFolder: string;
  readonly secrets: SecretBox;
  /** Asks where to save; null when the person thinks better of it. */
  saveFile(suggestedName: string): Promise<{ readonly path: string; readonly stream: Writable } | null>;
  /**
   * Asks which file to read; null when the person thinks better of it. `path` is what the caller named: a terminal
   * opens it, a window refuses it. Throws forbidden, invalid_input (no file is named).
   */
  openFile(path: string | undefined): Promise<{ readonly path: string; readonly name: string } | null>;
  emit<E extends keyof Events>(event: E, payload: Events[E]): void;
}

/** Everything that is open at this console: one connection, one operator, one lock. */
export interface Desk {
  readonly host: Host;
  /** The open connection. */
  readonly connection: Connection | null;
  /** Why the last opening did not succeed; a connection that could not be opened at start shows here. */
  readonly failure: Error | null;
  /** Something about this machine's files that people should know, e.g. a damaged file of connections. */
  readonly notice: LocalizedText | null;
  readonly site: Site | null;
  readonly jobs: JobRunner | null;
  readonly operator: Operator | null;
  /** Writes on the site are refused. */
  readonly locked: boolean;
  connections(): Promise<readonly Connection[]>;
  save(id: string | undefined, draft: ConnectionDraft, passphrase?: string): Promise<Connection>;
  remove(id: string): Promise<boolean>;
  /**
   * What the storage needs for a saved connection, a draft, or a draft whose absent secrets are those of a saved one.
   */
  config(id: string | undefined, draft?: ConnectionDraft): Promise<SiteConfig>;
  /**
   * Opens this one and closes what was open; where it cannot be opened, what was open stays. Refusals: not_found,
   * unavailable, invalid_input (passphrase).
   */
  open(id: string, passphrase?: string, signal?: AbortSignal): Promise<void>;
  close(): Promise<void>;
  /**
   * A new sign-in: what an earlier one unlocked on production is locked again, also where it was the same operator's.
   */
  signIn(operator: Operator, stamp: SignInStamp): void;
  /**
   * What a call that begins now rests on: the operator's account as of this sign-in, and as changes of their own
   * password have left it until it is asked. Empty where nobody is signed in.
   */
  stamps(): () => readonly SignInStamp[];
  /**
   * This sign-in rests on these from now on, for the operator has set their own password; nothing where another is
   * signed in by now.
   */
  renewSignIn(operator: Operator, stamps: readonly SignInStamp[]): void;
  signOut(): void;
  /**
   * Ends this operator's sign-in, and their exports under way, because the site says so; nothing where somebody else is
   * signed in by now.
   */
  endSignIn(operator: Operator, why: SignInEnd): void;
  unlock(minutes: number): void;
  lock(): void;
  /** Forgets what is known of the database, after its tables have changed. */
  refresh(): void;
  state(signal?: AbortSignal): Promise<SessionState>;
}
