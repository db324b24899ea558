import { secretFields } from '../../data/tables.js';
import { bytesIn } from '../../data/write/row-images.js';

/**
 * Images as people may see them: without what gives access, and without bytes of further columns, which nobody reads
 * and which may be just that.
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
