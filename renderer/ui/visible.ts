import type { ReactNode } from 'react';
import { visible } from '../i18n/visible';

export { visible };

/** Several names as one text, each of them visible. */
export function visibleNames(names: readonly string[], between = ', '): string {
  return names.map(visible).join(between);
}

/** What a shared component shows: text from outside becomes visible, elements are left alone. */
export function visibleNode(node: ReactNode): ReactNode {
  return typeof node === 'string' ? visible(node) : node;
}
