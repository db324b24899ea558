import type { Writable } from 'node:stream';
import type { Events } from '../../contract/index.js';
import type { Connection, ConnectionDraft } from '../../contract/connections.js';
import type { Operator, SessionState } from '../../contract/session.js';
import type { JobRunner } from '../../jobs/runner.js';
import type { Site } from '../../storage/site.js';

/** Keeps secrets at rest. */
export interface SecretBox {
  /** session: nothing safe is at hand and nothing may be written. */
  readonly kind: 'keychain' | 'passphrase' | 'session';
  seal(secret: string): string;
  open(sealed: string): string;
}

/** What only the surroundings can do: the window's side has dialogs and a keychain, the terminal has files and a passphrase. */
export interface Host {
  /** Where profiles, views and logs of this machine's user are kept. */
  readonly dataFolder: string;
  readonly secrets: SecretBox;
  /** Asks where to save; null when the person thinks better of it. */
  saveFile(suggestedName: string): Promise<{ readonly path: string; readonly stream: Writable } | null>;
  emit<E extends keyof Events>(event: E, payload: Events[E]): void;
}

/** Everything that is open at this console: one connection, one operator, one lock. */
export interface Desk {
  readonly host: Host;
  readonly site: Site | null;
  readonly jobs: JobRunner | null;
  readonly operator: Operator | null;
  /** Writes on the site are refused. */
  readonly locked: boolean;
  connections(): Promise<readonly Connection[]>;
  save(id: string | undefined, draft: ConnectionDraft, passphrase?: string): Promise<Connection>;
  remove(id: string): Promise<boolean>;
  /** Closes what is open and opens this one. Refusals: not_found, unavailable, invalid_input (passphrase). */
  open(id: string, passphrase?: string, signal?: AbortSignal): Promise<void>;
  close(): Promise<void>;
  signIn(operator: Operator | null): void;
  unlock(minutes: number): void;
  lock(): void;
  state(signal?: AbortSignal): Promise<SessionState>;
}
