import type { Failure } from '../contract/envelope.js';
import { contract, type OperationName } from '../contract/index.js';
import { type Language, type LocalizedText, translate } from '../contract/text.js';
import { globalNames } from './globals.js';
import { isOperation, optionText } from './help.js';
import type { InputForm } from './options/field.js';
import { formOf } from './options/fields.js';

/** What to do next in a terminal, where there is no window to sign in or unlock in. */
const next: Partial<Readonly<Record<Failure['code'], LocalizedText>>> = {
  unauthenticated: {
    zh: '用 --as <账号> 或 MOONDESK_OPERATOR 说明账号；密码来自 MOONDESK_PASSWORD，或在终端输入。',
    en: 'Name the account by --as or MOONDESK_OPERATOR; the password comes from MOONDESK_PASSWORD or is asked for.',
  },
  read_only: {
    zh: '加上 --unlock <连接名称>；名称见 moondesk connections list。',
    en: 'Add --unlock <the connection’s name>; moondesk connections list shows it.',
  },
};
const wrongName: LocalizedText = {
  zh: '逐字写出连接名称；它见 moondesk connections list。',
  en: 'Write the connection’s name exactly as moondesk connections list shows it.',
};

/**
 * A failure with hints for a terminal: wrong fields of the operation that was asked for have the names of their
 * options.
 */
export function hinted(operation: OperationName | null, failure: Failure, language: Language): Failure {
  // A server that is read-only itself says so in the details.
  const own = failure.details === undefined ? next[failure.code] : undefined;
  if (own !== undefined) return { ...failure, hint: translate(own, language) };
  const [wrong] = failure.code === 'invalid_input' ? wrongFields(failure) : [];
  if (wrong === undefined || failure.hint === undefined) return failure;
  if (wrong.problem === 'mismatch') return { ...failure, hint: translate(wrongName, language) };
  const colon = language === 'zh-CN' ? '：' : ':';
  if (operation === null || !failure.hint.startsWith(`${wrong.field}${colon}`)) return failure;
  const option = optionOf(formOf(contract[operation], globalNames), wrong.field);
  if (option === null) return failure;
  const hint = `${option}${failure.hint.slice(wrong.field.length)}`;
  const isProof = wrong.field === 'fingerprint' && isOperation(`${operation}.preview`);
  return { ...failure, hint: isProof ? `${hint}\n${translate(confirming(operation), language)}` : hint };
}

function confirming(operation: OperationName): LocalizedText {
  const words = `moondesk ${operation.replaceAll('.', ' ')} preview`;
  return {
    zh: `加上 -y 先预览再确认；或从 ${words} 的结果中取得。`,
    en: `Add -y to preview and confirm, or take it from what ${words} says.`,
  };
}

/** The options that an operation requires, with their placeholders: `--username <text>`. Of a group, its first one. */
export function requiredOptions(operation: OperationName, language: Language): readonly string[] {
  const { fields } = formOf(contract[operation], globalNames);
  return fields.flatMap((field) => {
    const { name, group, required } = field;
    if (name === null || name === 'fingerprint') return [];
    const isFirst = group?.required === true && fields.find((each) => each.group === group) === field;
    return required || isFirst ? [`--${name} ${optionText(field, language).placeholder}`] : [];
  });
}

/** The option of a field and the place in its value, or the first ones of those inside it: `--names, --except …`. */
function optionOf({ fields }: InputForm, field: string): string | null {
  const path = field.split('.');
  const named = fields.filter(({ name }) => name !== null);
  const at = named.find((each) => each.path.every((part, index) => path[index] === part));
  if (at !== undefined) {
    // A place in a list: `--pairs #2 username`.
    const within = path
      .slice(at.path.length)
      .map((part) => (/^\d+$/.test(part) ? `#${String(Number(part) + 1)}` : part));
    return [`--${at.name ?? ''}`, ...within].join(' ');
  }
  const inside = named.filter((each) => path.every((part, index) => each.path[index] === part));
  if (inside.length === 0) return null;
  return inside
    .slice(0, 4)
    .map(({ name }) => `--${name ?? ''}`)
    .join(', ')
    .concat(inside.length > 4 ? ' …' : '');
}

function wrongFields({ details }: Failure): readonly { readonly field: string; readonly problem: string }[] {
  if (typeof details !== 'object' || details === null || !('fields' in details)) return [];
  return Array.isArray(details.fields) ? (details.fields as { field: string; problem: string }[]) : [];
}
