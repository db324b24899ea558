import type * as z from 'zod';
import type { LocalizedText } from './text.js';

/** read: changes nothing. write: changes the site or the desk. job: starts long work and returns its id. */
export type Kind = 'read' | 'write' | 'job';

/** The least role a caller needs. `anyone` needs no sign-in. */
export type LeastRole = 'anyone' | 'admin' | 'owner';

/**
 * site: needs an open connection; its writes are audited in that database and stopped by the read-only lock. desk: the
 * console's own data.
 */
export type Scope = 'site' | 'desk';

/**
 * Which of the console's tables must exist, by the migration that creates them: console 0002, cards 0004, config 0005.
 * If they are missing, the router refuses with `unsupported` before it calls the handler. Writes on the site are
 * audited in the tables of `console`.
 */
export type Need = 'console' | 'cards' | 'config';

export interface Definition<Input extends z.ZodType = z.ZodType, Output = unknown> {
  readonly scope: Scope;
  readonly kind: Kind;
  readonly role: LeastRole;
  /** The help text in the terminal and the label in the audit. */
  readonly summary: LocalizedText;
  readonly input: Input;
  /** Milliseconds until the call is given up and its query killed; default 15,000. */
  readonly timeLimit?: number;
  /**
   * Reveals nothing of the site and must answer while its database does not, so the operator's rights are not checked
   * first. The half-minute heartbeat checks them.
   */
  readonly unchecked?: true;
  /** Tables it cannot work without. An operation that only shows less without them declares none. */
  readonly needs?: Need;
  /**
   * A write that does all its reading and writing inside its one change, which checks the operator's rights under a
   * lock before it commits. So the router does not check them first. If the change fails, or repeats a used key, the
   * rights are checked before the result is returned.
   */
  readonly withinChange?: true;
  /** Why its audit entries cannot be undone, if the reason is not that they have no images. */
  readonly notUndone?: LocalizedText;
  /** If an owner did it, only an owner may undo it: the roles of the users it changed can no longer be read. */
  readonly undoneByOwner?: true;
  /** Input fields that the audit and the log must not show. */
  readonly secrets?: readonly string[];
  /** Of a preview: how much it shows, as a sentence of `-y` in the terminal. */
  readonly size?: (preview: never) => LocalizedText;
  /** Of a list with pages: its columns in CSV, in order, whatever its rows hold. */
  readonly columns?: readonly string[];
  /** An example input for the help. */
  readonly example?: z.input<Input>;
  /** Only a type: the operation's result. */
  readonly output?: Output;
}

/** `define<Output>()({ … })`: an operation whose result has the given type. */
export function define<Output>() {
  // The scope keeps its literal type: it decides what a handler receives.
  return <Input extends z.ZodType, S extends Scope>(
    definition: Definition<Input, Output> & { readonly scope: S },
  ): Definition<Input, Output> & { readonly scope: S } => definition;
}

/** Input as the caller gives it (before defaults). */
export type InputOf<D> = D extends Definition<infer I, unknown> ? z.input<I> : never;
/** Input as the handler gets it (after defaults). */
export type ParsedOf<D> = D extends Definition<infer I, unknown> ? z.output<I> : never;
export type OutputOf<D> = D extends { readonly output?: infer O } ? Exclude<O, undefined> : never;
