import type { KeyFormat } from '../../../contract';

/** The shape of a key in this format, with X for each character: "VIP-XXXX-XXXX-XXXX-XXXX". */
export function shapeOf(format: KeyFormat): string {
  if (format.kind === 'site') return 'X'.repeat(16);
  const { prefix, symbols, group } = format;
  const groups: string[] = prefix === '' ? [] : [prefix];
  for (let at = 0; at < symbols; at += group || symbols) {
    groups.push('X'.repeat(Math.min(group || symbols, symbols - at)));
  }
  return groups.join('-');
}
