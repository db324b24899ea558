import { Button } from '@mantine/core';
import { IconClipboardList } from '@tabler/icons-react';
import { type ReactElement, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { UserRow } from '../../contract';
import { useSession } from '../../state/session';
import { copyText, formatAbsolute, toast, useHotkeys } from '../../ui';
import { useActions } from '../../ui/actions';
import { visible } from '../../ui/visible';
import { columnsOf, lead } from '../../ui/list/columns';
import { ListPage } from '../../ui/list/ListPage';
import { type ListSpec, useList } from '../../ui/list/useList';
import { focusedRow, isNothing, type Selection } from '../../ui/table';
import { ActionDialog } from './actions/ActionDialog';
import { SelectionActions } from './actions/SelectionActions';
import { type BulkKind, bulkKinds, type UserAction } from './actions/types';
import { Membership, Role, State, Tags, useCardType } from './badges';
import { UserDrawer } from './drawer/UserDrawer';
import { usersList, type UsersSearch } from './list';
import { useTags } from './useTags';
import './users.css';

function useColumns() {
  const { t } = useTranslation('users');
  const cardWord = useCardType();
  return useMemo(() => {
    const { text, figure, moment } = columnsOf<UserRow>((id) => t(`column.${id as 'username'}`), 'state card');
    const name = ({ username }: UserRow) => (
      <span className="md-users-name" data-username={username}>
        {visible(username)}
      </span>
    );
    const membership = ({ card }: UserRow) =>
      card === null ? '' : `${cardWord(card.type)} ${formatAbsolute(card.expiresAt)}`;
    return [
      text('username', 168, (row) => row.username, name, { ...lead, sortable: true }),
      text(
        'role',
        80,
        (row) => t(`role.${row.role}`),
        (row) => <Role role={row.role} />,
      ),
      text(
        'state',
        88,
        (row) => t(row.banned ? 'state.banned' : 'state.active'),
        (row) => <State banned={row.banned} />,
      ),
      text(
        'tags',
        100,
        (row) => row.tags.join(', '),
        (row) => <Tags tags={row.tags} />,
      ),
      figure('points', 84, (row) => row.points, { sortable: true }),
      figure('logins', 76, (row) => row.loginCount),
      text('card', 196, membership, (row) => <Membership card={row.card} />),
      moment('created', 100, (row) => row.createdAt, { sortable: true, fallback: '—' }),
      moment('lastLogin', 104, (row) => row.lastLoginAt, { sortable: true }),
    ];
  }, [t, cardWord]);
}

const useTagChoices = () => useTags().map(({ tag }) => ({ value: tag, label: visible(tag) }));

const spec: ListSpec<'users', UsersSearch, 'names'> = {
  name: 'users',
  address: usersList,
  views: 'users',
  rowId: (row) => row.username,
  ids: 'names',
  choices: { tag: useTagChoices },
};

/** The users of the site: search, details, ban, and all other changes of accounts. */
export function UsersPage(): ReactElement {
  const { t } = useTranslation('users');
  const owner = useSession().operator?.role === 'owner';
  const [action, setAction] = useState<UserAction | null>(null);
  const list = useList(spec, useColumns());
  const { selection, who, openId } = list;

  /** Whom a key or the palette means: the open user, the chosen ones, or the one under the cursor. */
  const target = () => {
    const name = openId ?? (isNothing(selection) ? focusedRow() : null);
    if (name !== null) return { name, who: { names: [name] }, on: visible(name) };
    return isNothing(selection) ? null : { name, who: who(selection), on: list.chosen };
  };
  const start = (kind: BulkKind) => {
    const of = target();
    if (of !== null) setAction({ kind, who: of.who });
  };
  useActions(() => {
    const of = target();
    const paste = { 'users.paste': { run: () => setAction({ kind: 'paste' }) } };
    if (of === null) return paste;
    const { name, who: users, on } = of;
    const bulk = Object.fromEntries(
      bulkKinds.map((kind) => [`users.${kind}`, { run: () => setAction({ kind, who: users }), on }]),
    );
    return {
      ...paste,
      ...bulk,
      'cards.renew': { run: () => setAction({ kind: 'renew', who: users }), on },
      ...(name === null
        ? {}
        : {
            'users.copy': { run: () => (copyText(name) ? toast(t('action.copied')) : undefined), on },
            'users.password': { run: () => setAction({ kind: 'password', username: name }), on },
            'cards.bind': { run: () => setAction({ kind: 'bind', username: name }), on },
          }),
    };
  });
  useHotkeys([
    { keys: 'b', run: () => start('ban') },
    { keys: 'u', run: () => start('unban') },
  ]);

  const paste = (
    <Button
      size="compact-sm"
      leftSection={<IconClipboardList size={15} aria-hidden />}
      onClick={() => setAction({ kind: 'paste' })}
    >
      {t('paste')}
    </Button>
  );
  const selectionActions = (of: Selection) => (
    <SelectionActions
      owner={owner}
      onStart={(kind) => setAction({ kind, who: who(of) })}
      onRenew={() => setAction({ kind: 'renew', who: who(of) })}
      onExport={() => list.save(of)}
    />
  );
  return (
    <ListPage
      list={list}
      actions={paste}
      selectionActions={selectionActions}
      drawer={
        openId === undefined ? null : (
          <UserDrawer username={openId} owner={owner} onAction={setAction} onClose={list.close} />
        )
      }
    >
      <ActionDialog action={action} onAction={setAction} />
    </ListPage>
  );
}
