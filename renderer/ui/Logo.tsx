import type { ReactElement } from 'react';

/** The logo: a crescent moon over the edge of a desk. */
export function Logo({ size }: { readonly size: number }): ReactElement {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden className="md-mark">
      <rect width="32" height="32" rx="8" fill="#4b54b8" />
      <path d="M19.6 6.5a8.6 8.6 0 1 0 5.9 13.6A7.4 7.4 0 0 1 19.6 6.5Z" fill="#eef0fd" />
      <path d="M6 26.5h20" stroke="#a0a8f1" strokeWidth="2" strokeLinecap="round" />
    </svg>
  );
}
