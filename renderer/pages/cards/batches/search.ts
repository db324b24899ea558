import { digitsOf, present } from '../../../ui/address';

/** What the address of the batches page holds: whose drawer is open. */
export interface BatchesSearch {
  readonly batch?: string;
}

/** Reads an address; what it does not understand it leaves out. */
export function validateBatchesSearch(search: Record<string, unknown>): BatchesSearch {
  return present<BatchesSearch>({ batch: digitsOf(search['batch']) });
}
