import { Button } from '@mantine/core';
import type { ReactElement } from 'react';
import { DetailDrawer } from '../../ui/DetailDrawer';
import { DrawerFact, DrawerFacts, DrawerSection, MiniTable } from '../../ui/DrawerParts';
import { EnvironmentBadge } from '../../ui/EnvironmentBadge';
import { PageFrame } from '../../ui/PageFrame';
import { TakesFocus } from '../../ui/TakesFocus';
import { ThingDrawer, type Shown } from '../../ui/ThingDrawer';
import { failure } from '../answers';
import { both, long, nothing, type Example, type Section } from '../example';

const columns = () => [
  { header: both('标题', 'Title'), render: (row: string) => row, text: (row: string) => row, wide: true },
  { header: both('次数', 'Count'), render: (row: string) => row.length, align: 'right' as const },
];

function Parts(): ReactElement {
  return (
    <>
      <DrawerSection title={both('账号', 'Account')} aside={<EnvironmentBadge environment="production" />}>
        <DrawerFacts>
          <DrawerFact name={both('角色', 'Role')}>{both('管理员', 'Admin')}</DrawerFact>
          <DrawerFact name={both('邮箱', 'Mail')}>{long()}</DrawerFact>
        </DrawerFacts>
        <DrawerFacts wide>
          <DrawerFact name={both('备注', 'Note')}>{long()}</DrawerFact>
        </DrawerFacts>
      </DrawerSection>
      <DrawerSection title={both('播放', 'Plays')}>
        <MiniTable
          label={both('播放', 'Plays')}
          columns={columns()}
          rows={['三体', 'Three Body', long()]}
          rowKey={(row) => row}
          empty=""
        />
      </DrawerSection>
      <DrawerSection title={both('收藏', 'Favourites')}>
        <MiniTable label="" columns={columns()} rows={[]} rowKey={(row) => row} empty={both('没有收藏。', 'None.')} />
      </DrawerSection>
    </>
  );
}

const beside = (drawer: () => ReactElement, frame = 420): Example => ({
  frame,
  show: () => (
    <PageFrame
      title={both('用户', 'Users')}
      count={{ count: 1_284_000, exact: false }}
      actions={<Button size="compact-sm">{both('导出', 'Export')}</Button>}
      drawer={drawer()}
    >
      <p>{long()}</p>
    </PageFrame>
  ),
});

const thing = (shown: Partial<Shown<string>>): Example =>
  beside(() => (
    <ThingDrawer
      title="anna"
      label="anna"
      shown={{ thing: undefined, gone: false, error: null, retry: nothing, ...shown }}
      missing={{ title: both('没有这个用户', 'No such user'), hint: both('可能已被删除。', 'Perhaps it was deleted.') }}
      onClose={nothing}
    >
      {null}
    </ThingDrawer>
  ));

/** The layout of a page, and the drawer beside it. */
export const drawers = (): Section => ({
  title: 'page and drawer',
  examples: {
    parts: beside(
      () => (
        <DetailDrawer
          title={long()}
          label={both('用户', 'User')}
          actions={<Button size="compact-sm">{both('封禁…', 'Ban…')}</Button>}
          footer={<Button color="red">{both('删除', 'Delete')}</Button>}
          onClose={nothing}
        >
          <Parts />
        </DetailDrawer>
      ),
      640,
    ),
    loading: thing({}),
    gone: thing({ gone: true }),
    failed: thing({ error: failure('timeout') }),
    'takes the focus': {
      frame: 80,
      show: () => <TakesFocus by="now">{both('出现时得到焦点', 'It has the focus once it appears')}</TakesFocus>,
    },
  },
});
