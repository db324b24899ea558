import { secretFields } from '../../data/tables.js';
import { bytesIn } from '../../data/write/row-images.js';

/**
 * Images as users may see them: without anything that gives access. Bytes of further columns are hidden too: nobody
 * reads them, and they may give access.
 */
export function redact(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(redact);
  if (typeof value !== 'object' || value === null) return value;
  if (bytesIn(value) !== null) return '••••';
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [
      name,
      secretFields.has(name) && typeof part === 'string' && part !== '' ? '••••' : redact(part),
    ]),
  );
}
