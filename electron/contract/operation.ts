import type * as z from 'zod';
import type { LocalizedText } from './text.js';

/** read: changes nothing. write: changes the site or the desk. job: starts long work and answers with its id. */
export type Kind = 'read' | 'write' | 'job';

/** The least right that a caller needs. `anyone` needs no sign-in. */
export type LeastRole = 'anyone' | 'admin' | 'owner';

/** site: needs an open connection, and a write is audited in its database and stopped by the read-only lock. desk: this console's own things. */
export type Scope = 'site' | 'desk';

/**
 * Which of the console's tables must be there, by the migration that brings them: console 0002, cards 0004, config 0005. Where they are not, the router
 * refuses with `unsupported` before the handler is called. Writes on the site are written down in those of `console`.
 */
export type Need = 'console' | 'cards' | 'config';

export interface Definition<Input extends z.ZodType = z.ZodType, Output = unknown> {
  readonly scope: Scope;
  readonly kind: Kind;
  readonly role: LeastRole;
  /** Help in the terminal and label in the audit. */
  readonly summary: LocalizedText;
  readonly input: Input;
  /** Milliseconds after which the call is given up and its query killed; 15,000 unless told. */
  readonly timeLimit?: number;
  /**
   * Tells nothing of the site and must answer while its database does not: whether the operator's sign-in still stands is not looked at first. The
   * half-minute's beat looks.
   */
  readonly unchecked?: true;
  /** Tables without which it cannot be done; an operation that only shows less without them asks for none. */
  readonly needs?: Need;
  /**
   * A write that reads and does all it does inside of its one change, which looks at the operator's sign-in under a lock before it commits. So nobody
   * looks before it as well; where it fails, or answers a key that was used before, the sign-in is looked at before that is told.
   */
  readonly withinChange?: true;
  /** Input fields that the audit and the log must not show. */
  readonly secrets?: readonly string[];
  /** An input to show in the help. */
  readonly example?: z.input<Input>;
  /** Only a type: what the operation answers. */
  readonly output?: Output;
}

/** `define<Output>()({ … })`: an operation whose answer has the given type. */
export function define<Output>() {
  // The scope keeps its exact word: it decides what a handler is given.
  return <Input extends z.ZodType, S extends Scope>(
    definition: Definition<Input, Output> & { readonly scope: S },
  ): Definition<Input, Output> & { readonly scope: S } => definition;
}

/** Input that a caller gives (before defaults). */
export type InputOf<D> = D extends Definition<infer I, unknown> ? z.input<I> : never;
/** Input that a handler gets (after defaults). */
export type ParsedOf<D> = D extends Definition<infer I, unknown> ? z.output<I> : never;
export type OutputOf<D> = D extends { readonly output?: infer O } ? Exclude<O, undefined> : never;
