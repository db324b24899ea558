import { Refusal } from '../contract/errors.js';
import { contract, type OperationName } from '../contract/index.js';
import type { Definition } from '../contract/operation.js';
import { type Language, translate } from '../contract/text.js';
import { readCommand, type Surroundings, type Told } from './command.js';
import { globalNames, languageOf } from './globals.js';
import type { Field } from './options/field.js';
import { formOf } from './options/fields.js';
import { inputOf, valueAt } from './options/input.js';
import { requiredOptions } from './hints.js';
import { isSource, Sources } from './sources.js';

export interface Arguments {
  readonly operation: OperationName;
  /** The argument beside the options: JSON, or its source. */
  readonly word: string | undefined;
  readonly given: ReadonlyMap<Field, readonly string[]>;
  readonly connection: string | undefined;
  readonly operator: string | undefined;
  readonly key: string | undefined;
  readonly unlock: string | undefined;
  readonly out: string | undefined;
  readonly yes: boolean;
  /** Only show the schema of the input. */
  readonly schema: boolean;
  /** The output format; null: readable text on a terminal, otherwise JSON. */
  readonly format: 'json' | 'csv' | null;
  readonly language: Language;
}

/** The requested language; English if the request is invalid. */
export function spoken(words: readonly string[], environment: NodeJS.ProcessEnv): Language {
  return languageOf(words, environment) ?? 'en';
}

/** Parses the command line. Throws invalid_input. */
export function readArguments(
  words: readonly string[],
  environment: NodeJS.ProcessEnv,
  around: Surroundings,
): Arguments | Told {
  const language = languageOf(words, environment);
  if (language === null)
    throw new Refusal('invalid_input', { zh: '语言只能是 zh-CN 或 en', en: 'The language is zh-CN or en' });
  const read = readCommand(words, language, around);
  if ('text' in read) return read;
  const { operation, word, given, globals } = read;
  const text = (name: string): string | undefined => (typeof globals[name] === 'string' ? globals[name] : undefined);
  if (text('out') !== undefined) checkOut(operation, text('out'));
  if (globals['json'] === true && globals['csv'] === true)
    throw new Refusal('invalid_input', { zh: '--json 与 --csv 只能选一个', en: '--json and --csv exclude each other' });
  return {
    operation,
    word,
    given,
    connection: text('connection'),
    operator: text('as') ?? (environment['MOONDESK_OPERATOR'] || undefined),
    key: text('key'),
    unlock: text('unlock'),
    out: text('out'),
    yes: globals['yes'] === true,
    schema: globals['schema'] === true,
    format: globals['json'] === true ? 'json' : globals['csv'] === true ? 'csv' : null,
    language,
  };
}

/** Throws invalid_input if there will be no such file: an answer would be missed that is not where it was wanted. */
function checkOut(operation: OperationName, out: string | undefined): void {
  if (!operation.endsWith('.export'))
    throw new Refusal('invalid_input', {
      zh: '--out 只用于导出；其他结果用 > 写入文件',
      en: '--out is for exports only; write other results to a file by >',
    });
  if (out === '' || out === '-')
    throw new Refusal('invalid_input', {
      zh: '--out 需要文件的路径；导出不能写到标准输出',
      en: '--out needs the path of a file; an export cannot go to standard output',
    });
}

/** The input was given on the command line, where every account of the machine can read it. */
export function isInputShown({ word }: Pick<Arguments, 'word'>): boolean {
  return word !== undefined && !isSource(word);
}

type Ask = (question: string) => Promise<string | null>;

/**
 * The operation's input, from the command line, files and standard input. Secrets are asked for if their option has no
 * value, or if a required one was not given. Throws invalid_input.
 */
export async function readInput(
  { operation, word, given, language }: Pick<Arguments, 'operation' | 'word' | 'given' | 'language'>,
  ask: Ask,
): Promise<unknown> {
  const definition: Definition = contract[operation];
  const form = formOf(definition, globalNames);
  const sources = new Sources();
  const typed = new Set(
    [...given].flatMap(([field, texts]) => (field.secret && texts.includes('') ? [field.name] : [])),
  );
  const written = new Map([...given].filter(([field]) => !typed.has(field.name)));
  const input = await inputOf(
    form,
    word === undefined ? undefined : jsonOf(word, sources, operation, language),
    written,
    sources,
  );
  let more = input;
  for (const field of form.fields) {
    const wanted = typed.has(field.name) || (field.required && field.secret && word === undefined);
    if (!wanted || field.name === null || valueAt(input, field.path) !== undefined) continue;
    const secret = await ask(`${translate(field.meaning, language)}: `);
    if (secret === null) {
      if (!typed.has(field.name)) continue;
      throw new Refusal('invalid_input', {
        zh: `--${field.name}：没有终端可供输入`,
        en: `--${field.name}: there is no terminal to ask at`,
      });
    }
    more = withValue(more, field.path, secret);
  }
  return more;
}

function jsonOf(word: string, sources: Sources, operation: OperationName, language: Language): unknown {
  const text = isSource(word) ? sources.text(word) : word;
  try {
    const value = JSON.parse(text) as unknown;
    if (typeof value === 'object' && value !== null) return value;
    throw new SyntaxError('Not an object');
  } catch (error) {
    // A value beside its option is the usual reason. It is not repeated here: it may be a secret.
    const options = requiredOptions(operation, language).join(' ');
    const help = `moondesk ${operation.replaceAll('.', ' ')} --help`;
    throw new Refusal(
      'invalid_input',
      { zh: '输入不是有效的 JSON 对象', en: 'The input is not a valid JSON object' },
      {
        hint: {
          zh: `${options === '' ? '' : `值要写在选项后：${options}。`}用法见 ${help}。`,
          en: `${options === '' ? '' : `Values are given by options: ${options}. `}See ${help}.`,
        },
        cause: error,
      },
    );
  }
}

function withValue(input: unknown, [name, ...rest]: readonly string[], value: unknown): unknown {
  if (name === undefined) return value;
  const node = typeof input === 'object' && input !== null ? (input as Readonly<Record<string, unknown>>) : {};
  return { ...node, [name]: withValue(node[name], rest, value) };
}
