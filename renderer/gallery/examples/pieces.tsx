import { Button, Menu } from '@mantine/core';
import { type ReactElement, useEffect } from 'react';
import { EntryCard } from '../../ui/EntryCard';
import { EntryTools } from '../../ui/EntryTools';
import { EnvironmentBadge } from '../../ui/EnvironmentBadge';
import { ErrorNotice } from '../../ui/ErrorNotice';
import { ConnectionsNotice } from '../../ui/ConnectionsNotice';
import { DatabaseLink } from '../../ui/DatabaseLink';
import { DefinitionList } from '../../ui/DefinitionList';
import { DayBars } from '../../ui/chart/DayBars';
import { Differences } from '../../ui/Differences';
import { Kbd } from '../../ui/Kbd';
import { lampsQuery, Lamps } from '../../ui/Lamps';
import { Logo } from '../../ui/Logo';
import { MoreMenu } from '../../ui/MoreMenu';
import { NoTablesNotice } from '../../ui/NoTablesNotice';
import { NumberCell } from '../../ui/NumberCell';
import { PageTabs } from '../../ui/PageTabs';
import { Outcome } from '../../ui/Outcome';
import { AbsoluteTime, RelativeTime } from '../../ui/RelativeTime';
import { WholeText } from '../../ui/WholeText';
import { StateBlock } from '../../ui/StateBlock';
import { dismissToast, toast } from '../../state/toast';
import { ToastHost } from '../../ui/ToastHost';
import { connectionsQuery } from '../../state/connections';
import type { Lamps as LampStates, SchemaDifference } from '../../contract';
import { failure } from '../answers';
import { both, inDays, long, nothing, type Section } from '../example';

const lamps = (more: Partial<LampStates>) =>
  [
    [
      lampsQuery.queryKey,
      {
        mysql: { state: 'ok', milliseconds: 3, note: null },
        redis: { state: 'ok', milliseconds: 0.4, note: null },
        pool: { state: 'ok', used: 2, size: 10, waiting: 0, note: null },
        pendingInvalidations: 0,
        ...more,
      } satisfies LampStates,
    ],
  ] as const;

const days = Array.from({ length: 30 }, (_, at) => ({
  day: new Date(Date.UTC(2026, 9, 1 + at)).toISOString().slice(0, 10),
  count: Math.round(900 + 700 * Math.sin(at / 3)),
}));

/** The small pieces of which pages are made. */
export const pieces = (): Section => ({
  title: 'pieces',
  examples: {
    logo: () => <Logo size={28} />,
    'production, staging, development': () => (
      <span className="md-inline">
        <EnvironmentBadge environment="production" />
        <EnvironmentBadge environment="staging" />
        <EnvironmentBadge environment="development" />
      </span>
    ),
    numbers: () => (
      <span className="md-inline">
        <NumberCell value={1_284_000} />
        <NumberCell value={1_284_000} approximate />
        <NumberCell value={null} />
      </span>
    ),
    times: () => (
      <span className="md-inline">
        <RelativeTime at={inDays(-0.2)} />
        <RelativeTime at={inDays(30)} />
        <RelativeTime at={null} />
        <AbsoluteTime at={inDays(-0.2)} />
        <AbsoluteTime at={null} />
      </span>
    ),
    outcomes: () => (
      <span className="md-inline">
        <Outcome outcome="running" />
        <Outcome outcome="done" />
        <Outcome outcome="partly" />
        <Outcome outcome="stopped" />
        <Outcome outcome="refused" />
        <Outcome outcome="failed" />
      </span>
    ),
    'whole text': () => (
      <>
        <span className="md-whole gallery-here">
          {both('一段被截断的文字的全文', 'The whole of a text that is cut')}
        </span>
        <WholeText />
      </>
    ),
    keys: () => <Kbd keys="Ctrl Shift K" />,
    tools: () => <EntryTools />,
    tabs: {
      path: '/cards/batches',
      show: () => (
        <PageTabs
          label={both('卡密', 'Card keys')}
          tabs={[
            { to: '/cards', label: both('卡密', 'Card keys') },
            { to: '/cards/batches', label: both('批次', 'Batches') },
            { to: '/cards/overview', label: both('概况', 'Overview') },
          ]}
        />
      ),
    },
    'links to the settings': () => (
      <span className="md-inline">
        <DatabaseLink />
        <DatabaseLink quiet />
      </span>
    ),
    'lamps: all well': { known: lamps({}), show: () => <Lamps /> },
    'lamps: slow, limited, waiting': {
      known: lamps({
        mysql: { state: 'slow', milliseconds: 840, note: both('响应变慢。', 'It has become slow.') },
        redis: { state: 'limited', milliseconds: 1, note: null },
        pool: { state: 'slow', used: 10, size: 10, waiting: 4, note: null },
      }),
      show: () => <Lamps />,
    },
    'lamps: down and off': {
      known: lamps({
        mysql: { state: 'down', milliseconds: null, note: null },
        redis: { state: 'off', milliseconds: null, note: null },
        pool: { state: 'down', used: 0, size: 10, waiting: 0, note: null },
      }),
      show: () => <Lamps />,
    },
    definitions: () => (
      <div className="gallery-narrow">
        <DefinitionList
          rows={[
            [both('版本', 'Version'), 'MariaDB 10.11.19'],
            [both('说明', 'Note'), long()],
          ]}
        />
      </div>
    ),
    chart: () => (
      <div className="gallery-wide">
        <DayBars label={both('每日绑定', 'Bound per day')} days={days} />
      </div>
    ),
    'chart without days': () => (
      <div className="gallery-wide">
        <DayBars label={both('每日绑定', 'Bound per day')} days={[]} height={90} />
      </div>
    ),
    'menu closed': () => <Actions />,
    toasts: { frame: 220, show: () => <Toasts /> },
    'entry page': {
      frame: 420,
      show: () => (
        <EntryCard title={both('登录', 'Sign in')} text={long()}>
          <Button>{both('登录', 'Sign in')}</Button>
        </EntryCard>
      ),
    },
    'entry page, no connection': {
      frame: 300,
      session: { connection: null },
      show: () => <EntryCard title={both('连接', 'Connect')} text={both('先选择连接。', 'Choose one.')} link={false} />,
    },
  },
});

function Actions(): ReactElement {
  return (
    <MoreMenu>
      <Menu.Item>{both('重命名', 'Rename')}</Menu.Item>
      <Menu.Item className="md-menu-danger">{both('删除', 'Delete')}</Menu.Item>
    </MoreMenu>
  );
}

/** Those of failures: the others leave after six seconds. */
function Toasts(): ReactElement {
  useEffect(() => {
    const shown = [
      toast(long(), { tone: 'bad', action: { label: both('重试', 'Retry'), run: nothing } }),
      toast(both('没有复制。', 'Nothing was copied.'), { tone: 'bad' }),
    ];
    return () => shown.forEach(dismissToast);
  }, []);
  return <ToastHost />;
}

const difference = (more: Partial<SchemaDifference>): SchemaDifference => ({
  kind: 'type',
  table: 'card_keys',
  column: 'key_hash',
  expected: 'char(64)',
  found: 'varchar(32)',
  severity: 'limits',
  consequence: long(),
  ...more,
});

/** What stands in place of content: nothing yet, no match, no right, an error. */
export const states = (): Section => ({
  title: 'states',
  examples: {
    empty: () => (
      <StateBlock
        kind="empty"
        title={both('还没有卡密', 'No card keys yet')}
        action={<Button>{both('生成', 'Issue')}</Button>}
      >
        {both('生成后出现在这里。', 'They appear here once issued.')}
      </StateBlock>
    ),
    filtered: () => <StateBlock kind="filtered" title={both('没有符合条件的用户', 'No user matches')} />,
    forbidden: () => (
      <StateBlock kind="forbidden" title={both('没有权限', 'Not allowed')} code="forbidden">
        {both('需要站长账号。', 'It takes the owner’s account.')}
      </StateBlock>
    ),
    'down, long': () => (
      <div className="gallery-narrow">
        <StateBlock kind="down" title={long()} code="unavailable" action={<Button>{both('重试', 'Retry')}</Button>}>
          {long()}
        </StateBlock>
      </div>
    ),
    error: () => <ErrorNotice error={failure('timeout')} onRetry={nothing} />,
    'error of missing tables': () => <ErrorNotice error={failure('unsupported', { needs: 'migration' })} />,
    'error without a code, long': () => (
      <div className="gallery-narrow">
        <ErrorNotice error={new Error(long())} onRetry={nothing} />
      </div>
    ),
    'no tables': { session: { database: 'site' }, show: () => <NoTablesNotice /> },
    'unreadable connections': {
      known: [[connectionsQuery.queryKey, { notice: long() }]],
      show: () => <ConnectionsNotice />,
    },
    'no difference': () => <Differences differences={[]} first={3} />,
    differences: () => (
      <Differences
        first={3}
        differences={[
          difference({ severity: 'info', column: null, expected: null }),
          difference({}),
          difference({ severity: 'blocks', table: 'users', column: 'tags', found: null }),
          difference({ table: 'play_records' }),
        ]}
      />
    ),
  },
});
