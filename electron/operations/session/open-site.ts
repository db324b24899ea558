import { Refusal } from '../../contract/errors.js';
import type { Site } from '../../data/site.js';
import type { Desk } from '../desk/desk.js';

/** The open site. Throws unavailable if none is open; if opening failed, with the reason. */
export function openSite(desk: Desk): Site {
  if (desk.site !== null) return desk.site;
  if (desk.failure instanceof Refusal) throw desk.failure;
  throw new Refusal(
    'unavailable',
    { zh: '没有打开的连接', en: 'No connection is open' },
    { hint: { zh: '先打开一个连接。', en: 'Open a connection first.' } },
  );
}
