import type { CardFilter, CardSelection, UserSelection } from '../../../contract';

/** Changes of chosen cards that have a preview and a proof. */
export const cardsKinds = ['revoke', 'reissue', 'unbind'] as const;
export type CardsKind = (typeof cardsKinds)[number];

/** The cards of an export: chosen ones, or all that match a filter. */
export type ExportScope = { readonly who: CardSelection } | { readonly filter: CardFilter };

/** The card and the user of a binding, as far as they are known. */
export interface BindStart {
  readonly card?: { readonly id: string; readonly masked: string };
  readonly username?: string;
}

/** An action that the operator has started. */
export type CardAction =
  | { readonly kind: CardsKind; readonly who: CardSelection }
  | { readonly kind: 'renew'; readonly who: UserSelection }
  | ({ readonly kind: 'bind' } & BindStart)
  | { readonly kind: 'reveal'; readonly ids: readonly string[] }
  | { readonly kind: 'export'; readonly scope: ExportScope; readonly count: ExportCount | null }
  | { readonly kind: 'paste' };

/** The number of keys in an export, if it is known. */
export interface ExportCount {
  readonly count: number;
  readonly exact: boolean;
}

/** The props of a dialog for chosen cards. */
export interface CardsDialogProps {
  readonly who: CardSelection;
  readonly onClose: () => void;
}
