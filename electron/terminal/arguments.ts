import { parseArgs } from 'node:util';
import { readFileSync } from 'node:fs';
import { Refusal } from '../contract/errors.js';
import type { Language } from '../contract/text.js';

export interface Arguments {
  readonly operation: string | null;
  /** Parsed JSON; `{}` if none is given. */
  readonly input: unknown;
  /** The input was given on the command line, where every account of the machine can read it. */
  readonly inputShown: boolean;
  readonly connection: string | undefined;
  readonly operator: string | undefined;
  readonly key: string | undefined;
  readonly unlock: string | undefined;
  readonly out: string | undefined;
  readonly yes: boolean;
  readonly help: boolean;
  readonly version: boolean;
  readonly language: Language;
}

const options = {
  connection: { type: 'string', short: 'c' },
  as: { type: 'string' },
  key: { type: 'string' },
  unlock: { type: 'string' },
  out: { type: 'string', short: 'o' },
  language: { type: 'string' },
  yes: { type: 'boolean', short: 'y', default: false },
  help: { type: 'boolean', short: 'h', default: false },
  version: { type: 'boolean', short: 'v', default: false },
} as const;

function usage(zh: string, en: string, cause?: unknown): Refusal {
  return new Refusal(
    'invalid_input',
    { zh, en },
    { hint: { zh: '用法见 moondesk --help。', en: 'See moondesk --help.' }, cause },
  );
}

/** Parses the command line; `@file` and `-` read the input from a file or standard input. Throws invalid_input. */
export function readArguments(words: readonly string[], environment: NodeJS.ProcessEnv): Arguments {
  let parsed;
  try {
    parsed = parseArgs({ args: [...words], options, allowPositionals: true, strict: true });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw usage(`参数有误：${message}`, message, error);
  }
  const { values, positionals } = parsed;
  if (positionals.length > 2)
    throw usage(
      '参数太多：输入应是一段 JSON（注意引号）',
      'Too many words: the input is one piece of JSON (mind the quotes)',
    );
  return {
    operation: positionals[0] ?? null,
    input: readInput(positionals[1]),
    inputShown: positionals[1] !== undefined && positionals[1] !== '-' && !positionals[1].startsWith('@'),
    connection: values.connection,
    operator: values.as ?? environment['MOONDESK_OPERATOR'],
    key: values.key,
    unlock: values.unlock,
    out: values.out,
    yes: values.yes,
    help: values.help,
    version: values.version,
    language: languageOf(values.language, environment),
  };
}

function readInput(word: string | undefined): unknown {
  if (word === undefined) return {};
  const text = word === '-' ? readFileSync(0, 'utf8') : word.startsWith('@') ? readFile(word.slice(1)) : word;
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw usage('输入不是有效的 JSON', 'The input is not valid JSON', error);
  }
}

function readFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw usage(`读不到文件 ${path}`, `Cannot read ${path}`, error);
  }
}

function languageOf(asked: string | undefined, environment: NodeJS.ProcessEnv): Language {
  if (asked === 'zh-CN' || asked === 'en') return asked;
  if (asked !== undefined) throw usage('语言只能是 zh-CN 或 en', 'The language is zh-CN or en');
  return (environment['LC_ALL'] ?? environment['LC_MESSAGES'] ?? environment['LANG'] ?? '').startsWith('zh')
    ? 'zh-CN'
    : 'en';
}
