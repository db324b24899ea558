import type { Command } from '../../ui/actions';

/** What the palette offers while the overview shows changes that the site has overwritten. */
export const commands: readonly Command[] = [
  { id: 'config.restore', name: 'config:command.restore', words: '覆盖 旧配置 恢复 overwritten old' },
  { id: 'config.dismiss', name: 'config:command.dismiss', words: '覆盖 旧配置 忽略 overwritten old ignore' },
];
