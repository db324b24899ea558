import { audit } from './audit.js';
import { cards } from './cards.js';
import { config } from './config.js';
import { connections } from './connections.js';
import { desk } from './desk.js';
import { jobs } from './jobs.js';
import type { Definition, InputOf, OutputOf, ParsedOf } from './operation.js';
import { session } from './session.js';
import { users } from './users.js';

/** Types of every domain, for the window. */
export type * from './audit.js';
export type * from './cards.js';
export type * from './cards-batches.js';
export type * from './cards-import.js';
export type * from './cards-issue.js';
export type * from './cards-list.js';
export type * from './config.js';
export type * from './connections.js';
export type * from './desk.js';
export type * from './jobs.js';
export type * from './session.js';
export type * from './users.js';

/** Every operation of the console. One definition each gives types, input check, roles, help and audit label. */
export const contract = {
  ...session,
  ...connections,
  ...users,
  ...cards,
  ...config,
  ...audit,
  ...jobs,
  ...desk,
} as const satisfies Record<string, Definition>;

export type Contract = typeof contract;
export type OperationName = keyof Contract;
export type Input<N extends OperationName> = InputOf<Contract[N]>;
export type Parsed<N extends OperationName> = ParsedOf<Contract[N]>;
export type Output<N extends OperationName> = OutputOf<Contract[N]>;

/** One call, as it crosses the bridge. `id` lets the caller cancel it. */
export interface Call {
  readonly id: string;
  readonly operation: string;
  readonly input: unknown;
  readonly language: 'zh-CN' | 'en';
  /** Required for writes on the site. */
  readonly idempotencyKey?: string;
}

/** What the main process sends to the window unasked. */
export interface Events {
  readonly jobs: { readonly id: string };
  readonly session: Record<string, never>;
  readonly menu: { readonly command: string };
}
