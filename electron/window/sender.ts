import { origin } from './origin.js';

/** What is needed of a frame to know who speaks. */
export interface Frame {
  readonly parent: unknown;
  readonly origin: string;
}

/** True for the top frame of our own page. A frame that is gone, a frame within it, or another origin is not. */
export function isOurPage(frame: Frame | null | undefined): boolean {
  return frame !== null && frame !== undefined && frame.parent === null && frame.origin === origin;
}
