import type { Command } from '../../ui/actions';

const at = { to: '/connect' } as const;

/** What the palette offers of the connections of this machine. */
export const commands: readonly Command[] = [
  { id: 'connections.open', name: 'shell:switchConnection', words: '打开连接 站点 open site', at },
  { id: 'connections.save', name: 'connect:newTitle', words: '添加 add create', at },
  { id: 'connections.edit', also: ['connections.save'], name: 'connect:command.edit', words: '修改 change', at },
  { id: 'connections.test', name: 'connect:command.test', words: '诊断 diagnose', at },
  { id: 'connections.remove', name: 'connect:command.remove', words: '删除 delete', at },
];
