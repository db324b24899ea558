import { Refusal } from '../../contract/errors.js';
import type { SiteContext } from '../context.js';

/** For operations whose kind the router's guard lets through but which set writing work going. Throws read_only. */
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
