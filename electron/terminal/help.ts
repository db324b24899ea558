import { contract, type OperationName } from '../contract/index.js';
import type { Definition } from '../contract/operation.js';
import { type Language, type LocalizedText, translate } from '../contract/text.js';
import type { Field, Form, InputForm } from './options/field.js';
import { wordsOf } from './options/words.js';

const placeholders = {
  text: { zh: '<文本>', en: '<text>' },
  long: { zh: '<@文件>', en: '<@file>' },
  integer: { zh: '<数>', en: '<n>' },
  number: { zh: '<数>', en: '<n>' },
  flag: { zh: '', en: '' },
  all: { zh: '', en: '' },
  json: { zh: '<json>', en: '<json>' },
  moment: { zh: '<时间>', en: '<time>' },
  choice: { zh: '<词>', en: '<word>' },
  list: { zh: '<列表>', en: '<list>' },
  rows: { zh: '<@文件>', en: '<@file>' },
  shapes: { zh: '<值>', en: '<value>' },
} as const satisfies Readonly<Record<Form['kind'], LocalizedText>>;

/** The text of an option in the help. */
export function optionText(
  field: Field,
  language: Language,
): { readonly placeholder: string; readonly description: string; readonly heading: string } {
  const { form, meaning, group, secret } = field;
  const zh = language === 'zh-CN';
  const say = (text: LocalizedText): string => translate(text, language);
  const values = valuesOf(form, say(meaning));
  const off = form.kind !== 'flag' || field.fallback !== true ? '' : zh ? '关闭：' : 'Off: ';
  const colon = zh ? '：' : ': ';
  const notes = [
    ...(field.required ? [zh ? '必填' : 'required'] : []),
    ...(defaultOf(field) === null ? [] : [`${zh ? '默认 ' : 'default '}${defaultOf(field) ?? ''}`]),
  ];
  const noted = notes.length === 0 ? '' : zh ? `（${notes.join('；')}）` : ` (${notes.join('; ')})`;
  const must = group?.required === true ? (zh ? '（必填）' : ' (required)') : '';
  return {
    placeholder: secret ? (form.kind === 'list' ? '<@|->' : '[@|-]') : say(placeholders[form.kind]),
    description: `${off}${say(meaning)}${values === '' ? '' : `${colon}${values}`}${noted}`,
    heading: group === null ? 'Options:' : `${say(group.meaning)}${must}${zh ? '：' : ':'}`,
  };
}

/** The possible values, unless the meaning names them. */
function valuesOf(form: Form, meaning: string): string {
  if (form.kind === 'choice')
    return form.values.every((value) => meaning.includes(value)) ? '' : form.values.join(', ');
  if (form.kind === 'list') return valuesOf(form.of, meaning);
  return form.kind === 'rows' ? form.fields.fields.map(({ name }) => name).join(', ') : '';
}

function defaultOf({ fallback, form }: Field): string | null {
  if (fallback === undefined || fallback === '' || fallback === false || form.kind === 'flag') return null;
  if (Array.isArray(fallback)) return null;
  if (typeof fallback === 'string' || typeof fallback === 'number') return String(fallback);
  const [, shown] =
    wordsOf(
      {
        fields: [
          {
            path: ['x'],
            named: ['x'],
            name: 'x',
            aliases: [],
            form,
            meaning: { zh: '', en: '' },
            group: null,
            required: false,
            fallback: undefined,
            secret: false,
          },
        ],
        alternatives: [],
      },
      { x: fallback },
    ) ?? [];
  return shown ?? null;
}

const kinds = {
  read: { zh: '读取', en: 'reads' },
  write: { zh: '修改', en: 'changes' },
  job: { zh: '任务', en: 'starts a job' },
} as const;
const roles = {
  anyone: { zh: '不必登录', en: 'needs no sign-in' },
  admin: { zh: '管理员和站长', en: 'for admins and owners' },
  owner: { zh: '站长', en: 'for owners' },
} as const;

/** The text around the options of an operation. */
export const helpAfter = {
  about(name: OperationName, language: Language): string {
    const { summary, kind, role }: Definition = contract[name];
    const say = (text: LocalizedText): string => translate(text, language);
    return language === 'zh-CN'
      ? `${summary.zh}（${say(kinds[kind])}，${say(roles[role])}）`
      : `${summary.en} (${say(kinds[kind])}, ${say(roles[role])})`;
  },

  text(name: OperationName, form: InputForm, language: Language): string {
    const definition: Definition = contract[name];
    const forms = new Set(form.fields.flatMap(({ form: each, secret }) => [each.kind, ...(secret ? ['secret'] : [])]));
    const lines = notes.filter(([kind]) => forms.has(kind)).map(([, note]) => translate(note, language));
    const onlyJson = form.fields.filter((field) => field.name === null).map(({ path }) => path.join('.'));
    if (onlyJson.length > 0)
      lines.push(
        translate(
          { zh: `只能由 JSON 给出：${onlyJson.join(', ')}`, en: `By JSON only: ${onlyJson.join(', ')}` },
          language,
        ),
      );
    const example = exampleOf(name, definition, form);
    if (example !== null) lines.push('', translate({ zh: '例：', en: 'Example:' }, language), `  ${example}`);
    lines.push(
      '',
      translate(
        {
          zh: `JSON 与选项可以并用；其结构见 --schema。通用选项（-y、--json 等）见 moondesk --help。`,
          en: 'JSON and options can be combined; --schema shows the structure. Options of all operations (-y, --json …): moondesk --help.',
        },
        language,
      ),
    );
    return `\n${lines.join('\n').trim()}`;
  },
};

const notes: readonly (readonly [string, LocalizedText])[] = [
  [
    'moment',
    {
      zh: '时间：2026-12-01，“2026-12-01 18:00”（本机时区），+30d，-12h，+2w，now，或 ISO 8601。',
      en: 'Times: 2026-12-01, “2026-12-01 18:00” (this machine’s time zone), +30d, -12h, +2w, now, or ISO 8601.',
    },
  ],
  [
    'list',
    {
      zh: '列表：用逗号分开，或重复选项；\'"a,b"\' 保留逗号；@文件 或 - 每行一个。',
      en: 'Lists: separate by commas or repeat the option; \'"a,b"\' keeps a comma; @file or - has one value per line.',
    },
  ],
  [
    'rows',
    {
      zh: '文件是 CSV，首行是列名；或在 JSON 中给出。',
      en: 'The file is CSV with a header; JSON works as well.',
    },
  ],
  [
    'secret',
    {
      zh: '机密不写在命令行上：- 从标准输入，@文件 从文件；只写选项名则在终端输入。',
      en: 'Secrets cannot be given on the command line: - reads standard input, @file a file; the option alone asks for the value.',
    },
  ],
];

/** The contract's example, as options if possible. */
function exampleOf(name: OperationName, { example }: Definition, form: InputForm): string | null {
  if (typeof example !== 'object' || example === null) return null;
  const { fingerprint, ...asked } = example as Readonly<Record<string, unknown>>;
  const words = wordsOf(form, asked) ?? [JSON.stringify(asked)];
  const confirmed = fingerprint !== undefined && Object.hasOwn(contract, `${name}.preview`) ? ['-y'] : [];
  return ['moondesk', ...name.split('.'), ...words.map(quoted), ...confirmed].join(' ');
}

function quoted(word: string): string {
  return /^[\w@.,:/=+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** The text below the list of all operations. */
export function helpOfAll(language: Language): string {
  const lines =
    language === 'zh-CN'
      ? [
          '例：',
          '  moondesk users list --state banned --limit 5',
          '  moondesk users ban --names someone --reason sharing -y',
          '  moondesk users.ban \'{"who":{"names":["someone"]},"reason":"sharing"}\' -y',
          '',
          '终端里显示表格，管道里是 JSON（--json、--csv）；消息在标准错误。变更另有预览：moondesk users ban preview …',
          '补全：moondesk completion bash|zsh|fish 输出脚本，如 source <(moondesk completion bash)。',
          '退出码：0 成功，1 意外，2 输入有误，3 无权限或已锁定，4 不存在，5 冲突，6 连接不上或超时，7 不支持，8 读到的结果写不出去，130 已取消，129 或 143 由信号结束。写入已生效而结果写不出去时，说明做了什么，仍退出 0。',
        ]
      : [
          'Examples:',
          '  moondesk users list --state banned --limit 5',
          '  moondesk users ban --names someone --reason sharing -y',
          '  moondesk users.ban \'{"who":{"names":["someone"]},"reason":"sharing"}\' -y',
          '',
          'Output is readable text on a terminal and JSON in a pipe (--json, --csv); messages go to standard error. Changes have previews: moondesk users ban preview …',
          'Completion: moondesk completion bash|zsh|fish prints a script, e.g. source <(moondesk completion bash)',
          'Exit codes: 0 done, 1 unexpected, 2 bad input, 3 no right or locked, 4 not found, 5 conflict, 6 unreachable or too slow, 7 unsupported, 8 the output of a read was lost, 130 cancelled, 129 or 143 ended by a signal. If a change is done but its output cannot be written, a message says what was done, and the code is 0.',
        ];
  return `\n${lines.join('\n')}`;
}

/** True for an operation's name in the contract. */
export function isOperation(name: string): name is OperationName {
  return Object.hasOwn(contract, name);
}
