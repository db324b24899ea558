import type { UserSelection } from '../../../contract';

/** Changes that go through preview, doing and proof. */
export const bulkKinds = ['ban', 'unban', 'tag', 'apis', 'role', 'delete'] as const;
export type BulkKind = (typeof bulkKinds)[number];

/** A change that the operator is about to make. */
export type UserAction =
  | { readonly kind: BulkKind; readonly who: UserSelection; readonly duplicates?: number }
  | { readonly kind: 'password'; readonly username: string }
  | { readonly kind: 'renew'; readonly who: UserSelection }
  | { readonly kind: 'bind'; readonly username: string }
  | { readonly kind: 'paste' };

/** What every dialog of this page is given. */
export interface BulkDialogProps {
  readonly who: UserSelection;
  /** Repeated names that a pasted list held. */
  readonly duplicates?: number;
  readonly onClose: () => void;
}

/** The one name that a selection holds, if it is just one. */
export function onlyName(who: UserSelection): string | null {
  return 'names' in who && who.names.length === 1 ? (who.names[0] ?? null) : null;
}
