import { RootCommand } from '@bomb.sh/tab';
import { Refusal } from '../contract/errors.js';
import { contract, type OperationName } from '../contract/index.js';
import type { Definition } from '../contract/operation.js';
import { type Language, translate } from '../contract/text.js';
import { globalNames, globalOptions } from './globals.js';
import { optionText } from './help.js';
import { formOf } from './options/fields.js';
import type { Form } from './options/field.js';
import { writeOut } from './output.js';
import { printable } from './printable.js';

const shells = ['bash', 'zsh', 'fish'] as const;

/**
 * `moondesk completion <shell>` prints the script for a shell. The script calls `moondesk complete -- <words>`, which
 * prints what may follow them.
 */
export async function completion([first, second, ...rest]: readonly string[], language: Language): Promise<number> {
  if (first === 'complete' && second === '--') {
    await writeOut(said(() => commandsFor(rest, language).parse([...rest])));
    return 0;
  }
  const shell = shells.find((each) => each === second);
  if (shell === undefined || rest.some((word) => !word.startsWith('--language') && word !== language))
    throw new Refusal('invalid_input', {
      zh: `用法：moondesk completion ${shells.join('|')}`,
      en: `Usage: moondesk completion ${shells.join('|')}`,
    });
  const script = said(() => new RootCommand().setup('moondesk', 'moondesk', shell));
  await writeOut(shell === 'bash' ? ofBash(script) : script);
  return 0;
}

/**
 * The library's script for bash, mended. It may be sourced twice, so its constants must not be read-only. And it
 * evaluates the words: a Tab would empty the file of a redirection and run what stands in `$(…)`.
 */
function ofBash(script: string): string {
  const evaluated = / *# Build the command to get completions\n[^]*?out=\$\(eval "\$requestComp" 2>\/dev\/null\)\n/;
  if (!evaluated.test(script)) throw new Error('The completion script of bash is not the known one');
  const called = `    out=$(moondesk complete -- "\${words[@]:1}" 2>/dev/null)\n`;
  return `${bashWords}${script.replaceAll(/^readonly /gm, '').replace(evaluated, () => called)}`;
}

/** What the library prints. */
function said(work: () => void): string {
  let text = '';
  // oxlint-disable no-console -- The library prints by console.log; the output is written like every other one.
  const { log } = console;
  console.log = (line: string) => {
    text += `${line}\n`;
  };
  try {
    work();
  } finally {
    console.log = log;
  }
  // oxlint-enable no-console
  return text;
}

/** What the script needs from the package bash-completion, if that is not installed. */
const bashWords = `declare -F _get_comp_words_by_ref >/dev/null || _get_comp_words_by_ref() {
    cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} words=("\${COMP_WORDS[@]}") cword=$COMP_CWORD
}
`;

/** All operations, with the options of the one that the words name. */
function commandsFor(words: readonly string[], language: Language): RootCommand {
  const root = new RootCommand();
  addGlobals(root, language);
  const typed = ` ${words.slice(0, -1).join(' ')} `;
  const names = Object.keys(contract) as OperationName[];
  for (const [group, operations] of groupsOf(names)) root.command(group, printable(operations));
  // The library describes a word by the first operation that begins with it: `ban` before `ban preview`.
  const shortFirst = names.toSorted((a, b) => a.split('.').length - b.split('.').length);
  for (const name of shortFirst) {
    const definition: Definition = contract[name];
    const command = root.command(name.replaceAll('.', ' '), translate(definition.summary, language));
    addGlobals(command, language);
    if (!typed.includes(` ${name.replaceAll('.', ' ')} `)) continue;
    for (const field of formOf(definition, globalNames).fields) {
      if (field.name === null) continue;
      const { description } = optionText(field, language);
      const { form } = field;
      if (form.kind === 'all') command.option(field.name, printable(description));
      else if (form.kind === 'flag')
        command.option(`${field.fallback === true ? 'no-' : ''}${field.name}`, printable(description));
      else command.option(field.name, printable(description), (complete) => offer(form, complete));
    }
  }
  return root;
}

function addGlobals(command: Pick<RootCommand, 'option'>, language: Language): void {
  for (const { flags, name, meaning } of globalOptions) {
    const text = translate(meaning, language);
    const short = /^-(\w),/.exec(flags)?.[1];
    if (flags.includes('<')) command.option(name, text, (complete) => globalValues(name, complete), short);
    else if (short === undefined) command.option(name, text);
    else command.option(name, text, short);
  }
  command.option('help', translate({ zh: '帮助', en: 'Help' }, language), 'h');
}

function globalValues(name: string, complete: (value: string, description: string) => void): void {
  if (name === 'language') for (const value of ['zh-CN', 'en']) complete(value, '');
}

function offer(form: Form, complete: (value: string, description: string) => void): void {
  if (form.kind === 'choice') for (const value of form.values) complete(value, '');
  if (form.kind === 'list') offer(form.of, complete);
  if (form.kind === 'shapes') for (const { word } of form.shapes) if (word !== null) complete(word, '');
}

/** Words that only lead to operations, each with the words that can follow. */
function groupsOf(names: readonly OperationName[]): ReadonlyMap<string, string> {
  const groups = new Map<string, string>();
  for (const name of names) {
    const parts = name.split('.');
    for (const [index, part] of parts.entries()) {
      const group = parts.slice(0, index).join(' ');
      if (index === 0 || names.some((each) => each === parts.slice(0, index).join('.'))) continue;
      const there = groups.get(group)?.split(', ') ?? [];
      groups.set(group, [...new Set([...there, part])].join(', '));
    }
  }
  return groups;
}
