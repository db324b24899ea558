import type { LocalizedText } from '../../contract/text.js';

/** What can differ between a site's database and 0001. */
export type DifferenceKind =
  | 'missing_table'
  | 'missing_column'
  | 'column_type'
  | 'column_length'
  | 'enum_values'
  | 'nullability'
  | 'default'
  | 'collation'
  | 'missing_primary_key'
  | 'missing_unique'
  | 'missing_index'
  | 'missing_foreign_key'
  | 'foreign_key_rule'
  | 'engine'
  | 'extra_table'
  | 'extra_column';

/** One difference, and its consequence for the operator. */
export interface Difference {
  readonly kind: DifferenceKind;
  readonly table: string;
  readonly column?: string;
  readonly expected?: string;
  readonly found?: string;
  /**
   * blocks: no one can sign in, or nothing can be changed safely. limits: a page or an operation suffers. info: nothing
   * is lost.
   */
  readonly severity: 'blocks' | 'limits' | 'info';
  readonly consequence: LocalizedText;
}
