import { Button } from '@mantine/core';
import { type ReactElement, useState } from 'react';
import type { AuditRow } from '../../contract';
import { auditList } from '../../pages/audit/list';
import { usersList } from '../../pages/users/list';
import { columnsOf, lead } from '../../ui/list/columns';
import { FilterBar } from '../../ui/list/FilterBar';
import { FilterEditor } from '../../ui/list/FilterEditor';
import type { Filter, RawAddress } from '../../ui/list/filters';
import { ListPage } from '../../ui/list/ListPage';
import { SavedViews } from '../../ui/list/SavedViews';
import { SearchField } from '../../ui/list/SearchField';
import { type ListSpec, useList } from '../../ui/list/useList';
import { Panel } from '../../ui/Panel';
import { useWords } from '../../ui/words';
import { both, inDays, long, nothing, type Example, type Section } from '../example';

const views = () => ({
  saved: [both('新用户', 'New users'), long()],
  onApply: nothing,
  onSave: nothing,
  onRemove: nothing,
});

const allFilters: readonly Filter[] = usersList.filters;

function Line({ search }: { readonly search: RawAddress }): ReactElement {
  const own = useWords('users');
  return (
    <FilterBar
      filters={allFilters}
      search={search}
      change={nothing}
      clear={nothing}
      own={own}
      choicesOf={{}}
      views={views()}
      field={<SearchField search="" placeholder={own('search')} most={50} onSearch={nothing} />}
    />
  );
}

function Editor({ id, search = {} }: { readonly id: string; readonly search?: RawAddress }): ReactElement | null {
  const own = useWords('users');
  const [opened, setOpened] = useState(true);
  const filter = allFilters.find((one) => one.id === id);
  if (filter === undefined) return null;
  return (
    <Panel
      opened={opened}
      label={own(`filter.${id}`)}
      className="md-filter-editor"
      target={<Button onClick={() => setOpened(true)}>{own(`filter.${id}`)}</Button>}
      onClose={() => setOpened(false)}
    >
      <FilterEditor
        editor={filter.editor}
        label={own(`filter.${id}`)}
        search={search}
        change={nothing}
        close={nothing}
        own={own}
        choices={['vip', '家庭'].map((value) => ({ value, label: value }))}
        hint=""
      />
    </Panel>
  );
}

const line = (search: RawAddress) => () => (
  <div className="gallery-wide">
    <Line search={search} />
  </div>
);

const editor = (id: string, search: RawAddress = {}): Example => ({
  frame: 260,
  show: () => <Editor id={id} search={search} />,
});

/** The filter line and its editors. */
export const filters = (): Section => ({
  title: 'filters',
  examples: {
    'no filter': line({}),
    'several filters': line({ state: 'banned', role: ['admin', 'user'], tag: ['家庭', 'vip'], never: true }),
    views: () => <SavedViews {...views()} />,
    'view in use': () => <SavedViews {...views()} current={both('新用户', 'New users')} />,
    'editor: one of': editor('state', { state: 'banned' }),
    'editor: any of': editor('role', { role: ['admin'] }),
    'editor: tags': editor('tag', { tag: ['vip'] }),
    'editor: range': editor('points'),
    'editor: days': editor('created'),
    'editor: days or never': editor('login', { never: true }),
  },
});

const entry = (id: string, more: Partial<AuditRow>): AuditRow => ({
  id,
  at: inDays(-1),
  operator: 'owner',
  origin: 'window',
  operation: 'users.ban',
  label: both('封禁用户', 'Ban users'),
  outcome: 'done',
  error: null,
  targets: 1_284,
  amount: 1_284,
  sample: ['anna', 'lin'],
  names: ['anna', 'lin'],
  undoneBy: null,
  undoOf: null,
  undo: 'possible',
  ...more,
});

const spec: ListSpec<'audit', ReturnType<typeof auditList.read>, never> = {
  name: 'audit',
  address: auditList,
  rowId: (row) => row.id,
  localized: true,
};

function Audit({ rows }: { readonly rows: readonly AuditRow[] }): ReactElement {
  const own = useWords('audit');
  const { text, figure, moment } = columnsOf<AuditRow>((id) => own(`column.${id}`));
  const list = useList(spec, [
    moment('at', 120, (row) => row.at, lead),
    text('operator', 140, (row) => row.operator),
    text('label', 200, (row) => row.label),
    figure('targets', 90, (row) => row.targets),
  ]);
  return (
    <ListPage
      list={{
        ...list,
        count: { count: rows.length, exact: false },
        news: 3,
        load: () => Promise.resolve({ rows, next: null }),
      }}
      drawer={null}
    />
  );
}

/** A whole page of a list. */
export const list = (): Section => ({
  title: 'list',
  examples: {
    page: { frame: 420, show: () => <Audit rows={[entry('1', {}), entry('2', { operator: long(), targets: 1 })]} /> },
    'page, empty': { frame: 420, show: () => <Audit rows={[]} /> },
    'page, no tables': { frame: 420, session: { database: 'site' }, show: () => <Audit rows={[]} /> },
  },
});
