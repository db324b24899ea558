import type * as z from 'zod';
import type { LocalizedText } from '../contract/text.js';

/**
 * What zod finds wrong with a value, in both languages, as what follows the name of its field: `limit: must be at least
 * 1`. zod's own texts name types and formats in English in every language.
 */
export function problemOf(issue: z.core.$ZodRawIssue): LocalizedText {
  const isAbsent = issue.input === undefined;
  switch (issue.code) {
    case 'invalid_type':
      return isAbsent ? missing : (kinds[issue.expected] ?? wrong);
    case 'invalid_value':
      return isAbsent ? missing : oneOf(issue.values);
    case 'invalid_union':
      if (isAbsent) return missing;
      return Array.isArray(issue.options) ? oneOf(issue.options) : noVariant;
    case 'too_small':
      return tooSmall(issue.origin, issue.minimum, issue.inclusive !== false);
    case 'too_big':
      return tooBig(issue.origin, issue.maximum, issue.inclusive !== false);
    case 'invalid_format':
      return formatText(issue.format, issue.pattern);
    case 'unrecognized_keys':
      return unknownFields(issue.keys);
    case 'custom':
      return ownText(issue.params) ?? wrong;
    default:
      return wrong;
  }
}

const missing: LocalizedText = { zh: '缺少', en: 'is missing' };
const wrong: LocalizedText = { zh: '不符合要求', en: 'is not as it should be' };
const noVariant: LocalizedText = { zh: '不符合任何一种写法', en: 'has none of the forms that it may have' };

const object: LocalizedText = { zh: '须为对象', en: 'must be an object' };
const kinds: Readonly<Record<string, LocalizedText>> = {
  string: { zh: '须为文字', en: 'must be a text' },
  number: { zh: '须为数字', en: 'must be a number' },
  int: { zh: '须为整数', en: 'must be a whole number' },
  boolean: { zh: '须为布尔值', en: 'must be true or false' },
  array: { zh: '须为列表', en: 'must be a list' },
  object,
  record: object,
};

function oneOf(values: readonly unknown[]): LocalizedText {
  const names = values.map(String);
  return { zh: `须为以下之一：${names.join('、')}`, en: `must be one of: ${names.join(', ')}` };
}

function tooSmall(origin: string, minimum: number | bigint, inclusive: boolean): LocalizedText {
  const amount = amountOf(origin, minimum);
  if (amount !== null) return { zh: `至少 ${amount.zh}`, en: `must have at least ${amount.en}` };
  const least = String(minimum);
  return inclusive
    ? { zh: `不能小于 ${least}`, en: `must be at least ${least}` }
    : { zh: `须大于 ${least}`, en: `must be more than ${least}` };
}

function tooBig(origin: string, maximum: number | bigint, inclusive: boolean): LocalizedText {
  const amount = amountOf(origin, maximum);
  if (amount !== null) return { zh: `至多 ${amount.zh}`, en: `must have at most ${amount.en}` };
  const most = String(maximum);
  return inclusive
    ? { zh: `不能大于 ${most}`, en: `must be at most ${most}` }
    : { zh: `须小于 ${most}`, en: `must be less than ${most}` };
}

/** The length of a text or a list; null for a number, which is no amount of anything. */
function amountOf(origin: string, count: number | bigint): LocalizedText | null {
  const amount = String(count);
  const isOne = amount === '1';
  if (origin === 'string') return { zh: `${amount} 个字符`, en: `${amount} ${isOne ? 'character' : 'characters'}` };
  if (origin === 'array') return { zh: `${amount} 项`, en: `${amount} ${isOne ? 'entry' : 'entries'}` };
  return null;
}

function formatText(format: string, pattern: string | undefined): LocalizedText {
  if (format === 'datetime')
    return {
      zh: '须为带时区的时间，如 2026-12-01T18:00:00Z',
      en: 'must be a time with its zone, as 2026-12-01T18:00:00Z',
    };
  return pattern === undefined ? wrong : { zh: `须符合格式 ${pattern}`, en: `must have the form ${pattern}` };
}

function unknownFields(keys: readonly string[]): LocalizedText {
  return {
    zh: `没有这样的字段：${keys.join('、')}`,
    en: `has no such ${keys.length === 1 ? 'field' : 'fields'}: ${keys.join(', ')}`,
  };
}

/** What a refinement of the contract says by `says`. */
function ownText(params: Readonly<Record<string, unknown>> | undefined): LocalizedText | null {
  const [zh, en] = [params?.['zh'], params?.['en']];
  return typeof zh === 'string' && typeof en === 'string' ? { zh, en } : null;
}
