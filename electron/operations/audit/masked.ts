import { secretFields } from '../../data/tables.js';

/** Images as people may see them. */
export function masked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(masked);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [
      name,
      secretFields.has(name) && typeof part === 'string' && part !== '' ? '••••' : masked(part),
    ]),
  );
}
