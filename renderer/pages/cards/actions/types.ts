import type { CardFilter, CardSelection, UserSelection } from '../../../contract';

/** Changes of chosen cards that go through preview, doing and proof. */
export type CardsKind = 'revoke' | 'reissue' | 'unbind';

/** What an export holds: chosen cards, or all that a filter matches. */
export type ExportScope = { readonly who: CardSelection } | { readonly filter: CardFilter };

/** Whom and what a binding is for, as far as it is known already. */
export interface BindStart {
  readonly card?: { readonly id: string; readonly masked: string };
  readonly username?: string;
}

/** Something that the operator is about to do. */
export type CardAction =
  | { readonly kind: CardsKind; readonly who: CardSelection }
  | { readonly kind: 'renew'; readonly who: UserSelection }
  | ({ readonly kind: 'bind' } & BindStart)
  | { readonly kind: 'reveal'; readonly ids: readonly string[] }
  | { readonly kind: 'export'; readonly scope: ExportScope; readonly count: ExportCount | null }
  | { readonly kind: 'paste' };

/** How many keys an export will hold, as far as anybody has counted. */
export interface ExportCount {
  readonly count: number;
  readonly exact: boolean;
}

/** What a dialog for chosen cards is given. */
export interface CardsDialogProps {
  readonly who: CardSelection;
  readonly onClose: () => void;
}
