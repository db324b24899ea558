import type { UserSelection } from '../../../contract';

/** Changes that have a preview and a proof. */
export const bulkKinds = ['ban', 'unban', 'tag', 'apis', 'role', 'delete'] as const;
export type BulkKind = (typeof bulkKinds)[number];

/** A change that the operator has started. */
export type UserAction =
  | { readonly kind: BulkKind; readonly who: UserSelection; readonly duplicates?: number }
  | { readonly kind: 'password'; readonly username: string }
  | { readonly kind: 'renew'; readonly who: UserSelection }
  | { readonly kind: 'bind'; readonly username: string }
  | { readonly kind: 'paste' };

/** The props of every bulk dialog of this page. */
export interface BulkDialogProps {
  readonly who: UserSelection;
  /** How many repeated names a pasted list contained. */
  readonly duplicates?: number;
  readonly onClose: () => void;
}

/** The name in a selection of exactly one; otherwise null. */
export function onlyName(who: UserSelection): string | null {
  return 'names' in who && who.names.length === 1 ? (who.names[0] ?? null) : null;
}
