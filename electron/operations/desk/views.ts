import { join } from 'node:path';
import * as z from 'zod';
import { type SavedView, viewPage } from '../../contract/desk.js';
import { Refusal } from '../../contract/errors.js';
import type { Desk } from './desk.js';
import { oneAtATime, readJson, writeJson } from './json-file.js';

const view = z.strictObject({
  page: viewPage,
  name: z.string().min(1).max(60),
  state: z.record(z.string(), z.unknown()),
});
const file = z.object({ version: z.literal(1), views: z.record(z.string(), z.array(view)) });
type Views = z.infer<typeof file>['views'];

/** A view is a filter, a sort and columns. Anything larger is something else. */
const largest = 64 * 1024;
const most = 200;
const inTurn = oneAtATime();

function place({ host, connection }: Desk): { readonly path: string; readonly id: string } {
  if (connection === null) throw new Refusal('unavailable', { zh: '没有打开的连接', en: 'No connection is open' });
  return { path: join(host.dataFolder, 'views.json'), id: connection.id };
}

/** Views are a convenience: if the file cannot be read, it is kept in a copy and the list starts empty. */
async function readViews(path: string): Promise<Views> {
  const read = await readJson(path);
  const parsed = file.safeParse(read.state === 'read' ? read.value : null);
  return parsed.success ? parsed.data.views : {};
}

/** The views of a page that were saved for the open connection. */
export async function listViews(desk: Desk, page: SavedView['page']): Promise<readonly SavedView[]> {
  const { path, id } = place(desk);
  const views = await inTurn(() => readViews(path));
  return (Object.hasOwn(views, id) ? (views[id] ?? []) : []).filter((one) => one.page === page);
}

/**
 * Saves a view and replaces one with the same name on the same page. Throws invalid_input if it is too big, conflict if
 * there are too many.
 */
export async function saveView(desk: Desk, saved: SavedView): Promise<SavedView> {
  const { path, id } = place(desk);
  if (JSON.stringify(saved.state).length > largest)
    throw new Refusal('invalid_input', { zh: '视图太大', en: 'The view is too big' });
  return inTurn(async () => {
    const views = await readViews(path);
    const others = (Object.hasOwn(views, id) ? (views[id] ?? []) : []).filter(
      (one) => one.page !== saved.page || one.name !== saved.name,
    );
    if (others.length >= most)
      throw new Refusal('conflict', {
        zh: `每个连接最多保存 ${String(most)} 个视图`,
        en: `A connection keeps ${String(most)} views at most`,
      });
    await writeJson(path, { version: 1, views: { ...views, [id]: [...others, saved] } });
    return saved;
  });
}

export async function removeView(desk: Desk, page: SavedView['page'], name: string): Promise<boolean> {
  const { path, id } = place(desk);
  return inTurn(async () => {
    const views = await readViews(path);
    const all = Object.hasOwn(views, id) ? (views[id] ?? []) : [];
    const left = all.filter((one) => one.page !== page || one.name !== name);
    if (left.length === all.length) return false;
    await writeJson(path, { version: 1, views: { ...views, [id]: left } });
    return true;
  });
}
