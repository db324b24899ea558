import { Button } from '@mantine/core';
import { type ReactElement, useState } from 'react';
import { StateBlock } from '../../ui/StateBlock';
import { columnsOf, lead } from '../../ui/list/columns';
import { CopyMenu } from '../../ui/table/CopyMenu';
import { DataTable } from '../../ui/table/DataTable';
import { everything, noSelection } from '../../ui/table/selection';
import { SelectionBar } from '../../ui/table/SelectionBar';
import type { Selection } from '../../ui/table/types';
import { failure } from '../answers';
import { both, inDays, long, nothing, type Example, type Section } from '../example';

interface Row {
  readonly name: string;
  readonly points: number | null;
  readonly at: string | null;
}

const rows = (): readonly Row[] => [
  { name: 'anna', points: 1_284, at: inDays(-2) },
  { name: '王小明', points: null, at: null },
  { name: long(), points: 12_840_000, at: inDays(-400) },
  { name: 'zhao_wei', points: 0, at: inDays(40) },
];

interface TableProps {
  readonly load?: () => Promise<readonly Row[]>;
  readonly chosen?: Selection;
  readonly isFiltered?: boolean;
  readonly fixed?: boolean;
}

function Table({
  load = () => Promise.resolve(rows()),
  chosen = noSelection,
  isFiltered = false,
  fixed = false,
}: TableProps): ReactElement {
  const [selection, setSelection] = useState(chosen);
  const { text, figure, moment } = columnsOf<Row>(
    (id) =>
      ({ name: both('用户名', 'Username'), points: both('积分', 'Points'), at: both('上次登录', 'Last sign-in') })[
        id
      ] ?? id,
  );
  return (
    <DataTable<Row>
      name="gallery"
      label={both('用户', 'Users')}
      columns={[
        text('name', 260, (row) => row.name, undefined, { ...lead, sortable: true }),
        figure('points', 110, (row) => row.points, { sortable: true }),
        moment('at', 140, (row) => row.at),
      ]}
      rowId={(row) => row.name}
      load={async () => ({ rows: await load(), next: null })}
      queryKey={['gallery']}
      sort={{ id: 'points', desc: true }}
      onSortChange={nothing}
      count={{ count: 1_284, exact: false }}
      selection={selection}
      onSelectionChange={setSelection}
      activeId="zhao_wei"
      isFiltered={isFiltered}
      empty={<StateBlock kind="empty" title={both('还没有用户', 'No users yet')} />}
      {...(fixed ? {} : { selectionActions })}
    />
  );
}

const selectionActions = () => <Button size="compact-sm">{both('封禁…', 'Ban…')}</Button>;

const inFrame = (props: TableProps = {}): Example => ({ frame: 260, show: () => <Table {...props} /> });

const bar = (selection: Selection, count: { count: number; exact: boolean } | null) => () => (
  <div className="gallery-wide">
    <SelectionBar selection={selection} count={count} onChange={nothing}>
      <Button size="compact-sm" color="red">
        {both('删除…', 'Delete…')}
      </Button>
    </SelectionBar>
  </div>
);

/** The table of all lists. */
export const table = (): Section => ({
  title: 'table',
  examples: {
    rows: inFrame(),
    'rows chosen': inFrame({ chosen: { mode: 'some', ids: new Set(['anna', '王小明']) } }),
    'rows that cannot be chosen': inFrame({ fixed: true }),
    loading: inFrame({ load: () => new Promise(nothing) }),
    empty: inFrame({ load: () => Promise.resolve([]) }),
    'no match': inFrame({ load: () => Promise.resolve([]), isFiltered: true }),
    failed: inFrame({ load: () => Promise.reject(failure('unavailable')) }),
    'not allowed': inFrame({ load: () => Promise.reject(failure('forbidden')) }),
    'no tables': inFrame({ load: () => Promise.reject(failure('unsupported', { needs: 'migration' })) }),
    'some chosen': bar({ mode: 'some', ids: new Set(['1', '2']) }, { count: 1_284, exact: true }),
    'all chosen, estimated': bar(everything, { count: 1_284_000, exact: false }),
    'all chosen, uncounted': bar(everything, null),
    'copy menu': {
      frame: 130,
      show: () => <CopyMenu target={{ x: 12, y: 12, cell: 'anna', row: 'anna' }} onClose={nothing} />,
    },
  },
});
