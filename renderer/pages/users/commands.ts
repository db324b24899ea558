import type { Command } from '../../ui/actions';

const chosen = { at: { to: '/users' }, choose: 'users:command.choose' } as const;
const one = { at: { to: '/users' }, choose: 'users:command.chooseOne' } as const;

/** What the palette offers of users. */
export const commands: readonly Command[] = [
  { id: 'users.ban', name: 'users:ban.title', words: '封号 禁用 block', keys: 'b', ...chosen },
  { id: 'users.unban', name: 'users:unban.title', words: '解除封禁 恢复 lift a ban', keys: 'u', ...chosen },
  { id: 'cards.renew', name: 'cards:renew.title', words: '续费 延长 extend', ...chosen },
  { id: 'users.password', name: 'users:password.title', words: '修改密码 改密 change password', ...one },
  { id: 'users.tag', name: 'users:tag.title', words: '用户组 groups', ...chosen },
  { id: 'users.apis', name: 'users:apis.title', words: '采集源 sources', ...chosen },
  { id: 'users.role', name: 'users:changeRole.title', words: '权限 管理员 提升 admin promote demote', ...chosen },
  { id: 'users.delete', name: 'users:delete.title', words: '移除 注销 remove', ...chosen },
  { id: 'users.copy', name: 'users:action.copyLink', words: 'clipboard', ...one },
  { id: 'users.paste', name: 'users:command.paste', words: '批量 名单 bulk', at: { to: '/users' } },
  { id: 'users.export', name: 'users:command.export', words: 'csv', keys: 'e', at: { to: '/users' } },
];
