import { Button } from '@mantine/core';
import { IconClipboardList } from '@tabler/icons-react';
import { type ReactElement, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { UserRow } from '../../contract';
import { useSession } from '../../state/session';
import { formatAbsolute, useHotkeys } from '../../ui';
import { visible } from '../../ui/visible';
import { columnsOf, lead } from '../../ui/list/columns';
import { ListPage } from '../../ui/list/ListPage';
import { type ListSpec, useList } from '../../ui/list/useList';
import { focusedRow, isNothing, type Selection } from '../../ui/table';
import { ActionDialog } from './actions/ActionDialog';
import { SelectionActions } from './actions/SelectionActions';
import type { BulkKind, UserAction } from './actions/types';
import { Membership, Role, State, Tags, useCardType } from './badges';
import { UserDrawer } from './drawer/UserDrawer';
import { usersList, type UsersSearch } from './list';
import { useTags } from './useTags';
import './users.css';

function useColumns() {
  const { t } = useTranslation('users');
  const cardWord = useCardType();
  return useMemo(() => {
    const { text, figure, moment } = columnsOf<UserRow>((id) => t(`column.${id as 'username'}`));
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

const useTagChoices = () => useTags().map(({ tag }) => ({ value: tag, label: tag }));

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

  const start = (kind: BulkKind) => {
    const name = openId ?? (isNothing(selection) ? focusedRow() : null);
    if (name !== null) setAction({ kind, who: { names: [name] } });
    else if (!isNothing(selection)) setAction({ kind, who: who(selection) });
  };
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
