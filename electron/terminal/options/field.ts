import type { LocalizedText } from '../../contract/text.js';

/** How a value is written on the command line. */
export type Form =
  | { readonly kind: 'text' | 'integer' | 'number' | 'flag' | 'json' }
  /** A long text, usually given by `@file` or `-`. */
  | { readonly kind: 'long' }
  /** `end`: a date without a time means its last millisecond, as in a filter up to that day. */
  | { readonly kind: 'moment'; readonly end: boolean }
  | { readonly kind: 'choice'; readonly values: readonly string[] }
  | { readonly kind: 'list'; readonly of: Form }
  /** A list of objects, given by a CSV file with a column for each field. */
  | { readonly kind: 'rows'; readonly fields: InputForm }
  /** One of several shapes, recognised by how the value is written: `type`, `90d`, `2027-01-01`. */
  | { readonly kind: 'shapes'; readonly shapes: readonly Shape[] }
  /** Without a value: an empty filter, which matches everything. */
  | { readonly kind: 'all' };

export interface Shape {
  /** The word for it, if it has no further field. */
  readonly word: string | null;
  readonly fixed: string | Readonly<Record<string, string>>;
  /** Its only further field. */
  readonly member: { readonly name: string; readonly form: Form } | null;
}

/** Fields that belong together: who, which filter, which connection. */
export interface Group {
  readonly meaning: LocalizedText;
  readonly required: boolean;
}

/** A field of an operation's input that an option can give. */
export interface Field {
  readonly path: readonly string[];
  /** The parts of the option's name; usually the path. */
  readonly named: readonly string[];
  /** Without the dashes. Null if the name is taken, so that only JSON can give the field. */
  readonly name: string | null;
  /** Longer names that work as well. */
  readonly aliases: readonly string[];
  readonly form: Form;
  readonly meaning: LocalizedText;
  readonly group: Group | null;
  /** Required in every case. */
  readonly required: boolean;
  readonly fallback: unknown;
  /** Never accepted on the command line, which other accounts of the machine can read. */
  readonly secret: boolean;
}

/** A place in the input that holds one of several objects. */
export interface Alternatives {
  readonly path: readonly string[];
  /** The field that says which one it is; null if its other fields do. */
  readonly discriminator: string | null;
  readonly variants: readonly { readonly value: string | null; readonly members: readonly string[] }[];
  /** The default. */
  readonly fallback: string | null;
}

/** The input of an operation as options. */
export interface InputForm {
  readonly fields: readonly Field[];
  readonly alternatives: readonly Alternatives[];
}
