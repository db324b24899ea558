import { type ReactElement, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CardRow } from '../../../contract';
import { useActions } from '../../../ui/actions';
import { columnsOf, lead } from '../../../ui/list/columns';
import { ListPage } from '../../../ui/list/ListPage';
import { type ListSpec, useList } from '../../../ui/list/useList';
import { focusedRow, isNothing, type Selection } from '../../../ui/table';
import { ActionDialog } from '../actions/ActionDialog';
import { mostRevealed, SelectionActions } from '../actions/SelectionActions';
import { type CardAction, type CardsKind, cardsKinds } from '../actions/types';
import { BatchLink, CardStateBadge, Holder } from '../badges';
import { batchChoices } from '../batches/choices';
import { CardsActions } from '../CardsActions';
import { CardsTabs } from '../CardsTabs';
import { CardDrawer } from '../drawer/CardDrawer';
import { NeedsTables } from '../NeedsTables';
import { KeySearch } from './KeySearch';
import { cardsList, type CardsSearch } from './list';
import '../cards.css';

/** Keys are masked, also when they are copied. */
function useColumns() {
  const { t } = useTranslation('cards');
  return useMemo(() => {
    const { text, moment } = columnsOf<CardRow>((id) => t(`column.${id as 'key'}`), 'state boundTo');
    const key = (row: CardRow) => <span data-card={row.id}>{row.masked}</span>;
    const state = (row: CardRow) => `${t(`state.${row.state}`)}${row.stale ? ` · ${t('stale')}` : ''}`;
    const batch = (row: CardRow) =>
      row.batch === null ? <span className="md-dim">—</span> : <BatchLink id={row.batch} inList />;
    return [
      text('key', 184, (row) => row.masked, key, { ...lead, mono: true }),
      text('type', 76, (row) => t(`type.${row.type}`)),
      text('state', 132, state, (row) => <CardStateBadge card={row} />),
      moment('expires', 104, (row) => row.expiresAt, { sortable: true, fallback: '—' }),
      text(
        'boundTo',
        184,
        (row) => row.boundTo ?? row.assignedTo ?? '',
        (row) => <Holder card={row} />,
      ),
      moment('bound', 104, (row) => row.boundAt, { sortable: true, fallback: '—' }),
      text('batch', 80, (row) => (row.batch === null ? '' : `#${row.batch}`), batch),
      moment('created', 104, (row) => row.createdAt, { sortable: true, fallback: '—' }),
    ];
  }, [t]);
}

const spec: ListSpec<'cards', CardsSearch, 'ids'> = {
  name: 'cards',
  address: cardsList,
  views: 'cards',
  choices: batchChoices,
  rowId: (row) => row.id,
  ids: 'ids',
};

/** The card keys: search, details, and all changes. */
export function CardsPage(): ReactElement {
  const { t } = useTranslation('cards');
  const [action, setAction] = useState<CardAction | null>(null);
  // The users of all cards loaded so far. A card that was chosen by hand is among them.
  const holders = useRef(new Map<string, string>());
  const list = useList(spec, useColumns(), {
    onExport: (scope, count) => setAction({ kind: 'export', scope, count }),
    onLoaded: (rows) => {
      for (const { id, boundTo } of rows) {
        if (boundTo === null) holders.current.delete(id);
        else holders.current.set(id, boundTo);
      }
    },
  });
  const { who, order, openId, selection } = list;

  /** What can be done with chosen cards; null: not with these. */
  const possible = (of: Selection) => {
    const ids = of.mode === 'some' ? [...of.ids] : [];
    const names = [...new Set(ids.flatMap((id) => holders.current.get(id) ?? []))];
    const reveal = ids.length > 0 && ids.length <= mostRevealed;
    return {
      onStart: (kind: CardsKind) => setAction({ kind, who: who(of) }),
      onRenew: names.length === 0 ? null : () => setAction({ kind: 'renew', who: { names } }),
      onReveal: reveal ? () => setAction({ kind: 'reveal', ids }) : null,
    };
  };
  const selectionActions = (of: Selection) => <SelectionActions {...possible(of)} onExport={() => list.save(of)} />;
  useActions(() => {
    const bind = { 'cards.bind': { run: () => setAction({ kind: 'bind' }) } };
    const row = isNothing(selection) ? focusedRow() : null;
    const of: Selection = row === null ? selection : { mode: 'some', ids: new Set([row]) };
    // An open card offers its own actions.
    if (openId !== undefined || isNothing(of)) return bind;
    const { onStart, onRenew, onReveal } = possible(of);
    const on = row === null ? list.chosen : t('command.underCursor');
    const kinds = cardsKinds.map((kind) => [`cards.${kind}`, { run: () => onStart(kind), on }] as const);
    return {
      ...bind,
      ...Object.fromEntries(kinds),
      'cards.renew': onRenew === null ? undefined : { run: onRenew, on },
      'cards.reveal': onReveal === null ? undefined : { run: onReveal, on },
    };
  });
  return (
    <ListPage
      list={list}
      tabs={<CardsTabs />}
      actions={<CardsActions onPaste={() => setAction({ kind: 'paste' })} />}
      field={<KeySearch onFound={list.open} />}
      notice={<NeedsTables />}
      emptyAction={<CardsActions />}
      drawer={openId === undefined ? null : <CardDrawer id={openId} onAction={setAction} onClose={list.close} />}
      selectionActions={selectionActions}
    >
      <ActionDialog
        action={action}
        order={{ sort: cardsList.sorts.find((one) => one === order?.id) ?? 'created', descending: order?.desc ?? true }}
        onAction={setAction}
      />
    </ListPage>
  );
}
