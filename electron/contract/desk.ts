import * as z from 'zod';
import { read } from './kit.js';
import { means } from './meaning.js';
import { define, type Kind, type LeastRole, type Need, type Scope } from './operation.js';

export interface OperationHelp {
  readonly name: string;
  readonly summary: string;
  readonly kind: Kind;
  readonly role: LeastRole;
  readonly scope: Scope;
  readonly needs: Need | null;
}

export interface Lamp {
  /**
   * limited: it answers, but refuses some of what it is needed for: a MySQL that takes no writes, a Redis that refuses
   * commands. A Redis is down if it refuses one that changes need.
   */
  readonly state: 'ok' | 'slow' | 'limited' | 'down' | 'off';
  readonly milliseconds: number | null;
  /** What is wrong, what it means and what to do, in lines. */
  readonly note: string | null;
}

export interface Lamps {
  readonly mysql: Lamp;
  readonly redis: Lamp;
  readonly pool: {
    readonly state: Lamp['state'];
    readonly used: number;
    readonly size: number;
    readonly waiting: number;
    /** Why it is smaller than the settings say, and what to do, in lines. */
    readonly note: string | null;
  };
  /** Cache deletions still waiting for Redis. */
  readonly pendingInvalidations: number;
}

/** A list page, by the window's name for it. */
export const viewPage = means(z.string().regex(/^[a-z][a-z.-]{0,39}$/), '哪个列表页，如 users', 'Which list, as users');

const viewName = means(z.string().min(1).max(60), '视图名称', 'The view’s name');

export interface SavedView {
  readonly page: z.infer<typeof viewPage>;
  readonly name: string;
  /** What the page keeps in its address: filter, sort, columns, density. */
  readonly state: Readonly<Record<string, unknown>>;
}

export const desk = {
  'desk.operations': define<readonly OperationHelp[]>()({
    scope: 'desk',
    kind: 'read',
    role: 'anyone',
    summary: { zh: '列出全部操作', en: 'List all operations' },
    input: z.strictObject({}),
  }),
  'desk.ping': define<{ readonly at: string }>()({
    scope: 'desk',
    kind: 'read',
    role: 'anyone',
    summary: { zh: '探测桥路', en: 'Ping over the bridge' },
    input: z.strictObject({}),
  }),
  'health.lamps': read<Lamps>()({
    timeLimit: 4_000,
    unchecked: true,
    summary: { zh: '三盏灯：MySQL、Redis、连接池', en: 'Three lamps: MySQL, Redis, pool' },
    input: z.strictObject({}),
  }),
  'views.list': define<readonly SavedView[]>()({
    scope: 'desk',
    kind: 'read',
    role: 'admin',
    summary: { zh: '列出保存的视图', en: 'List saved views' },
    input: z.strictObject({ page: viewPage }),
  }),
  'views.save': define<SavedView>()({
    scope: 'desk',
    kind: 'write',
    role: 'admin',
    summary: { zh: '保存视图', en: 'Save a view' },
    input: z.strictObject({
      page: viewPage,
      name: viewName.trim(),
      state: means(z.record(z.string(), z.unknown()), '筛选、排序、列与密度', 'Filter, sort, columns and density'),
    }),
  }),
  'views.remove': define<{ readonly removed: boolean }>()({
    scope: 'desk',
    kind: 'write',
    role: 'admin',
    summary: { zh: '删除视图', en: 'Remove a view' },
    input: z.strictObject({ page: viewPage, name: viewName }),
  }),
} as const;
