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
  /** Aborts when the call is cancelled or its time is up; hand it to every query. */
  readonly signal: AbortSignal;
  readonly origin: Author['origin'];
  /** A sentence in the caller's language. */
  say(text: LocalizedText): string;
  /** Label of an operation in the caller's language; its name where it is unknown (an older console's audit). */
  label(operation: string): string;
}

export interface ChangeOptions {
  /** The preview that this confirms, by its fingerprint: see `confirming`. */
  readonly confirms?: string;
  readonly undoOf?: string;
  readonly startsJob?: boolean;
}

/** What an operation on the open site gets: right and lock were checked before. */
export interface SiteContext extends DeskContext {
  readonly site: Site;
  readonly operator: Operator;
  readonly jobs: JobRunner;
  readonly author: Author;
  /** For work that waits for people: throws forbidden where the operator's sign-in has ended meanwhile. */
  checkRights(): Promise<void>;
  /**
   * Inside a change that sets the operator's own password, once the row is held and before it is written: throws
   * forbidden where somebody else has set it meanwhile. Every other change is looked at after its work, without being
   * asked.
   */
  lockRights(tx: Sql): Promise<void>;
  /** The call's input with secrets masked, as the audit keeps it. */
  readonly masked: unknown;
  /**
   * The first answer where the call's idempotency key was used before; null where it was not. For work outside of
   * `change`, which takes the key too late for it. Throws conflict where the key stands for something else.
   */
  answered<T>(): Promise<ChangeOutcome<T> | null>;
  /**
   * The one way to change the site: see data/write/audited-change.ts. Author, input and idempotency key come from the
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
