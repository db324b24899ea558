import { largestCall } from '../contract/channels.js';
import { Refusal } from '../contract/errors.js';
import type { Call } from '../contract/index.js';

const fields = new Set(['id', 'operation', 'input', 'language', 'idempotencyKey']);
const deepest = 40;
const most = 500_000;

/** Parses one call from the bridge. Its size is checked first. Throws invalid_input. */
export function parseCall(text: unknown): Call {
  if (typeof text !== 'string') throw malformed();
  if (text.length > largestCall)
    throw new Refusal('invalid_input', { zh: '调用的数据太大', en: 'The call carries too much' });
  let call: unknown;
  try {
    call = JSON.parse(text);
  } catch {
    throw malformed();
  }
  if (!isCall(call) || !isPlain(call.input)) throw malformed();
  return call;
}

function isCall(value: unknown): value is Call {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const call = value as Readonly<Record<string, unknown>>;
  return (
    Object.keys(call).every((key) => fields.has(key)) &&
    isWord(call['id'], 64) &&
    isWord(call['operation'], 80) &&
    (call['language'] === 'zh-CN' || call['language'] === 'en') &&
    (call['idempotencyKey'] === undefined || isWord(call['idempotencyKey'], 64))
  );
}

function isWord(value: unknown, longest: number): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= longest && /^[\w.:-]+$/.test(value);
}

/** Data of limited depth and count, without keys that would reach an object's prototype. */
function isPlain(input: unknown): boolean {
  let level: unknown[] = [input];
  let seen = 0;
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > deepest) return false;
    const next: unknown[] = [];
    for (const value of level) {
      if (typeof value !== 'object' || value === null) continue;
      if (Object.hasOwn(value, '__proto__')) return false;
      for (const inner of Array.isArray(value) ? (value as unknown[]) : Object.values(value)) {
        seen += 1;
        if (typeof inner === 'object' && inner !== null) next.push(inner);
      }
      if (seen > most) return false;
    }
    level = next;
  }
  return true;
}

function malformed(): Refusal {
  return new Refusal('invalid_input', { zh: '调用的格式不对', en: 'This is not a well-formed call' });
}
