import type { HybridConfig } from '../../../electron/storage/index.js';

/** The orders for one process of the chaos. */
export interface Plan {
  readonly site: HybridConfig;
  /** 0 or 1. */
  readonly process: number;
  readonly operations: number;
  /** Users that both processes work on. */
  readonly users: readonly string[];
  /** Plain keys of cards that both try to bind. */
  readonly cards: readonly string[];
  readonly inviters: readonly string[];
  readonly addresses: readonly string[];
  /** Where the process writes what it tried and what was acknowledged, one JSON per line. */
  readonly log: string;
}

/**
 * `try` before an operation, `done` once it was acknowledged, `refused` if it was not; `seen` is a reader's finding
 * that must not occur.
 */
export interface Entry {
  readonly what: 'try' | 'done' | 'refused' | 'seen';
  readonly kind: 'play' | 'favorite' | 'points' | 'redeem' | 'bind' | 'register' | 'ban' | 'count';
  /** The thing: a record, an entry of the ledger, a card, a name. */
  readonly of: string;
  /** Version of a record, or the operation's result; null if it was deleted. */
  readonly value?: string | number | boolean | null;
  /** Code of a refusal. */
  readonly code?: string;
}
