import { Refusal } from '../../contract/errors.js';
import type { SiteContext } from '../context.js';

/** For operations that the router allows on a locked connection but that start writing work. Throws read_only. */
export function checkUnlocked(context: SiteContext): void {
  if (!context.desk.locked) return;
  throw new Refusal(
    'read_only',
    { zh: '连接已锁定为只读', en: 'The connection is locked read-only' },
    {
      hint: { zh: '解锁后任务可以继续。', en: 'Unlock it and the job can go on.' },
    },
  );
}
