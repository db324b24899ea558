import type { HybridConfig } from '../../../electron/storage/index.js';

/** What one process of the chaos is told. */
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
  /** Where the process writes what it tried and what was acknowledged, one JSON a line. */
  readonly log: string;
}

/** `try` before an operation, `done` once it was acknowledged, `refused` when it was not; `seen` is a reader's finding that must not be. */
export interface Entry {
  readonly what: 'try' | 'done' | 'refused' | 'seen';
  readonly kind: 'play' | 'favorite' | 'points' | 'redeem' | 'bind' | 'register' | 'ban' | 'count';
  /** Which thing: a record, an entry of the ledger, a card, a name. */
  readonly of: string;
  /** Version of a record, or what the operation answered; null where it was deleted. */
  readonly value?: string | number | boolean | null;
  /** Code of a refusal. */
  readonly code?: string;
}
