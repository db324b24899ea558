import type { Command } from '../../ui/actions';

const at = { to: '/audit' } as const;

/** What the palette offers of the audit. */
export const commands: readonly Command[] = [
  { id: 'audit.undoLast', also: ['audit.undo'], name: 'audit:command.undoLast', words: '恢复 回退 revert', at },
  { id: 'audit.undo', name: 'change:undo.title', words: '恢复 回退 revert', at, choose: 'audit:command.choose' },
  { id: 'audit.export', name: 'audit:command.export', words: 'csv 日志 log', keys: 'e', at },
];
