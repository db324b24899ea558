import { type PastedList, readPasted } from '../../../ui/change/pasted';

/** The most keys that one change may carry. */
export const mostKeys = 10_000;

/** Keys as their buyers wrote them. */
export const readKeys = (text: string): PastedList => readPasted(text, 100);
