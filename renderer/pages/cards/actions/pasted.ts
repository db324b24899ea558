import { type PastedList, readPasted } from '../../../ui/change/pasted';

/** The maximum number of keys in one change. */
export const mostKeys = 10_000;

/** Reads keys as buyers wrote them. */
export const readKeys = (text: string): PastedList => readPasted(text, 100);
