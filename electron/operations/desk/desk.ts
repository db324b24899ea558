import type { Writable } from 'node:stream';
import type { Events } from '../../contract/index.js';
import type { Connection, ConnectionDraft } from '../../contract/connections.js';
import type { Operator, SessionState, SignInEnd } from '../../contract/session.js';
import type { JobRunner } from '../../jobs/runner.js';
import type { LocalizedText } from '../../contract/text.js';
import type { Site, SiteConfig } from '../../data/site.js';
import type { SignInStamp } from '../session/operator-rights.js';

/** Encrypts secrets for storage. */
export interface SecretBox {
  /** session: there is no safe storage, so no secret may be written to disk. */
  readonly kind: 'keychain' | 'passphrase' | 'session';
  seal(secret: string): string;
  open(sealed: string): string;
}

/** What only the environment can do: the window has dialogs and a keychain, the terminal has files and a passphrase. */
export interface Host {
  /** The folder with this user's profiles, views and logs. */
  readonly dataFolder: string;
  readonly secrets: SecretBox;
  /** Asks where to save; null if the user cancels. */
  saveFile(suggestedName: string): Promise<{ readonly path: string; readonly stream: Writable } | null>;
  /**
   * Asks which file to read; null if the user cancels. `path` is the caller's own path: a terminal opens it, a window
   * refuses it. Throws forbidden, invalid_input (no file is named).
   */
  openFile(path: string | undefined): Promise<{ readonly path: string; readonly name: string } | null>;
  /**
   * Opens a file that this process has saved, or its folder. Absent where nobody is at a screen. Throws not_found (it
   * was moved), unavailable (no program opens it).
   */
  showFile?(path: string, how: 'open' | 'folder'): Promise<void>;
  emit<E extends keyof Events>(event: E, payload: Events[E]): void;
}

/** Everything that is open in this console: one connection, one operator, one lock. */
export interface Desk {
  readonly host: Host;
  /** The open connection. */
  readonly connection: Connection | null;
  /** Why the last attempt to open a connection failed; also the one at start. */
  readonly failure: Error | null;
  /** Something that users should know about this machine's files, e.g. a damaged file of connections. */
  readonly notice: LocalizedText | null;
  readonly site: Site | null;
  readonly jobs: JobRunner | null;
  readonly operator: Operator | null;
  /** True if writes on the site are refused. */
  readonly locked: boolean;
  connections(): Promise<readonly Connection[]>;
  save(id: string | undefined, draft: ConnectionDraft, passphrase?: string): Promise<Connection>;
  remove(id: string): Promise<boolean>;
  /**
   * The storage's settings for a saved connection or a draft. A draft with an `id` uses that connection's stored
   * secrets where its own are absent.
   */
  config(id: string | undefined, draft?: ConnectionDraft): Promise<SiteConfig>;
  /**
   * Opens this connection and closes the one that was open. If it cannot be opened, the old one stays open. Throws
   * not_found, unavailable, invalid_input (passphrase).
   */
  open(id: string, passphrase?: string, signal?: AbortSignal): Promise<void>;
  close(): Promise<void>;
  /** A new sign-in. If an earlier one unlocked production, it is locked again, even for the same operator. */
  signIn(operator: Operator, stamp: SignInStamp): void;
  /**
   * What the rights of a call that begins now depend on: the operator's account as of this sign-in, and after changes
   * of the operator's own password until the returned function is called. Empty if nobody is signed in.
   */
  stamps(): () => readonly SignInStamp[];
  /**
   * From now on, this sign-in depends on these stamps, because the operator has changed their own password. Does
   * nothing if somebody else has signed in since.
   */
  renewSignIn(operator: Operator, stamps: readonly SignInStamp[]): void;
  signOut(): void;
  /**
   * Ends this operator's sign-in and running exports, because the site no longer allows them. Does nothing if somebody
   * else has signed in since.
   */
  endSignIn(operator: Operator, why: SignInEnd): void;
  unlock(minutes: number): void;
  lock(): void;
  /** Forgets what is known about the database. Call it after its tables have changed. */
  refresh(): void;
  state(signal?: AbortSignal): Promise<SessionState>;
}
