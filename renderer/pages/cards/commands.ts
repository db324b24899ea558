import type { Command, Tab } from '../../ui/actions';

const list = { to: '/cards' } as const;
const batches = { to: '/cards/batches' } as const;
const chosen = { at: list, choose: 'cards:command.choose' } as const;

/** The pages of card keys beside the list. */
export const tabs: readonly Tab[] = [
  { id: 'cards.batches', names: ['cards:title', 'cards:tab.batches'], at: batches },
  {
    id: 'cards.overview',
    names: ['cards:title', 'cards:tab.overview'],
    words: '库存 stock',
    at: { to: '/cards/overview' },
  },
];

/** What the palette offers of card keys and their batches. */
export const commands: readonly Command[] = [
  { id: 'cards.issue', name: 'issue:title', words: '生成卡密 发放 开卡 create generate', at: list },
  {
    id: 'cards.import',
    also: ['cards.import.read', 'cards.import.lines'],
    name: 'imports:title',
    words: '上传 文件 upload file',
    at: list,
  },
  { id: 'cards.batches.export', name: 'batches:command.exportList', words: 'csv 表格 table', keys: 'e', at: batches },
  { id: 'cards.find', name: 'cards:find.label', words: '查卡 查询 look up search', at: list },
  { id: 'cards.bind', name: 'cards:bind.title', words: '绑卡 用户', at: list },
  { id: 'cards.unbind', name: 'cards:unbind.title', words: '解除绑定 退卡', ...chosen },
  { id: 'cards.revoke', name: 'cards:revoke.title', words: '注销 失效 void', ...chosen },
  { id: 'cards.reissue', name: 'cards:reissue.title', words: '重发 换卡 replace', ...chosen },
  { id: 'cards.reveal', name: 'cards:reveal.title', words: '显示 复制 show copy plain', ...chosen },
  {
    id: 'cards.copy',
    name: 'cards:action.copyMasked',
    words: 'clipboard',
    at: list,
    choose: 'cards:command.chooseOne',
  },
  { id: 'cards.paste', name: 'cards:paste.title', words: '批量 bulk list', at: list },
  { id: 'cards.export', name: 'cards:export.title', words: 'csv txt', keys: 'e', at: list },
  { id: 'cards.sweep', name: 'cards:sweep.title', words: '过期 失效 expired stale', at: { to: '/cards/overview' } },
  {
    id: 'cards.batches.rollback',
    name: 'batches:command.rollback',
    words: '撤回 删除 undo delete',
    at: batches,
    choose: 'batches:command.choose',
  },
  {
    id: 'cards.batches.keys',
    name: 'batches:command.export',
    words: 'csv',
    at: batches,
    choose: 'batches:command.choose',
  },
];
