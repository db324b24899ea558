import type { LocalizedText } from '../../contract/text.js';

/** How a value is written on the command line. */
export type Form =
  | { readonly kind: 'text' | 'integer' | 'number' | 'flag' | 'json' }
  /** A text too long to type: `@file` and `-` give it. */
  | { readonly kind: 'long' }
  /** `end`: a day alone means its last moment, as in a filter up to a day. */
  | { readonly kind: 'moment'; readonly end: boolean }
  | { readonly kind: 'choice'; readonly values: readonly string[] }
  | { readonly kind: 'list'; readonly of: Form }
  /** Things with several fields each: a CSV file has a column for each field. */
  | { readonly kind: 'rows'; readonly fields: InputForm }
  /** One of several shapes, told apart by how the value is written: `type`, `90d`, `2027-01-01`. */
  | { readonly kind: 'shapes'; readonly shapes: readonly Shape[] }
  /** Not a value: everything, by an empty filter. */
  | { readonly kind: 'all' };

export interface Shape {
  /** The word that means it, where it holds nothing else. */
  readonly word: string | null;
  readonly fixed: string | Readonly<Record<string, string>>;
  /** Its one field, and how that is written. */
  readonly member: { readonly name: string; readonly form: Form } | null;
}

/** Fields that are one thing together: who, which filter, which connection. */
export interface Group {
  readonly meaning: LocalizedText;
  readonly required: boolean;
}

/** A field of an operation's input that an option can give. */
export interface Field {
  readonly path: readonly string[];
  /** What the option's name is made of; the path, unless that would say too much. */
  readonly named: readonly string[];
  /** Without the dashes. Null where the name is taken: only JSON gives it. */
  readonly name: string | null;
  /** The long name, where it is another. */
  readonly alias: string | null;
  readonly form: Form;
  readonly meaning: LocalizedText;
  readonly group: Group | null;
  /** It must be given, whatever else is. */
  readonly required: boolean;
  readonly fallback: unknown;
  /** Never taken from the command line, which other accounts of the machine can read. */
  readonly secret: boolean;
}

/** A place in the input where there is one of several objects. */
export interface Alternatives {
  readonly path: readonly string[];
  /** The field that says which of them it is; null where its other fields do. */
  readonly discriminator: string | null;
  readonly variants: readonly { readonly value: string | null; readonly members: readonly string[] }[];
  /** Which it is if nothing says so. */
  readonly fallback: string | null;
}

/** The input of an operation as options. */
export interface InputForm {
  readonly fields: readonly Field[];
  readonly alternatives: readonly Alternatives[];
}
