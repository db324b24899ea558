import type { Target } from './plan.mjs';

export function isFresh(target: Target): boolean;
export function buildChanged(options?: { only?: string[]; present?: boolean }): Promise<string[]>;
