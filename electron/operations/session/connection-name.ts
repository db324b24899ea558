import { Refusal } from '../../contract/errors.js';
import type { Desk } from '../desk/desk.js';
import { demoName } from '../desk/environment.js';

/**
 * Protects production: the user has to type the open connection's name as the top bar shows it. Throws invalid_input.
 */
export function checkConnectionName(desk: Desk, typed: string, field: string): void {
  const names = desk.connection?.origin === 'demo' ? Object.values(demoName) : [desk.connection?.name];
  if (names.includes(typed)) return;
  throw new Refusal(
    'invalid_input',
    { zh: '名称与当前连接不一致', en: 'This is not the name of the open connection' },
    {
      hint: { zh: '逐字输入顶栏显示的连接名称。', en: 'Type the name exactly as the top bar shows it.' },
      details: { fields: [{ field, problem: 'mismatch' }] },
    },
  );
}
