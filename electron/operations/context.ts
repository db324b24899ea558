import type { Contract, OperationName, Output, Parsed } from '../contract/index.js';
import type { Operator } from '../contract/session.js';
import type { Language, LocalizedText } from '../contract/text.js';
import type { JobRunner } from '../jobs/runner.js';
import type { Author, Change, ChangeOutcome } from '../data/write/audited-change.js';
import type { Sql } from '../data/mysql/database.js';
import type { Site } from '../data/site.js';
import type { Desk } from './desk/desk.js';

/** What an operation on this console's own things gets. */
export interface DeskContext {
  readonly desk: Desk;
  readonly operator: Operator | null;
  readonly language: Language;
  /** Aborts if the call is cancelled or takes too long. Pass it to every query. */
  readonly signal: AbortSignal;
  readonly origin: Author['origin'];
  /** A sentence in the caller's language. */
  say(text: LocalizedText): string;
  /** Label of an operation in the caller's language; its name if it is unknown (an older console's audit). */
  label(operation: string): string;
}

export interface ChangeOptions {
  /** The fingerprint of the preview that this confirms: see `confirming`. */
  readonly confirms?: string;
  readonly undoOf?: string;
  readonly startsJob?: boolean;
}

/** What an operation on the open site gets. Rights and lock were already checked. */
export interface SiteContext extends DeskContext {
  readonly site: Site;
  readonly operator: Operator;
  readonly jobs: JobRunner;
  readonly author: Author;
  /** For work that waits for people: throws forbidden if the operator's sign-in has ended in the meantime. */
  checkRights(): Promise<void>;
  /**
   * For a change of the operator's own password. Call it after the row is locked and before it is written: throws
   * forbidden if somebody else has set the password in the meantime. For every other change, the rights are checked
   * automatically after its work.
   */
  lockRights(tx: Sql): Promise<void>;
  /** The call's input with secrets masked, as the audit stores it. */
  readonly masked: unknown;
  /**
   * The first answer if the call's idempotency key was used before, else null. For work outside of `change`, which
   * takes the key too late for it. Throws conflict if the key was used for something else.
   */
  answered<T>(): Promise<ChangeOutcome<T> | null>;
  /**
   * The only way to change the site: see data/write/audited-change.ts. Author, input and idempotency key come from the
   * call.
   */
  change<T>(work: (change: Change) => Promise<T>, options?: ChangeOptions): Promise<ChangeOutcome<T>>;
}

export type Handler<N extends OperationName> = (
  input: Parsed<N>,
  context: Contract[N]['scope'] extends 'site' ? SiteContext : DeskContext,
) => Promise<Output<N>>;

/** Every operation of the contract has exactly one handler. */
export type Handlers = { readonly [N in OperationName]: Handler<N> };

/** The handlers of one domain. */
export type HandlersOf<Domain extends string> = Pick<Handlers, Extract<OperationName, `${Domain}.${string}`>>;
