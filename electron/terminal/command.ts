import { Command, CommanderError, Option } from 'commander';
import { Refusal } from '../contract/errors.js';
import { contract, type OperationName } from '../contract/index.js';
import type { Definition } from '../contract/operation.js';
import { type Language, translate } from '../contract/text.js';
import { globalNames, globalOptions } from './globals.js';
import { configureHelp, type HelpNodes } from './help-format.js';
import { helpAfter, helpOfAll, optionText } from './help.js';
import type { Field } from './options/field.js';
import { formOf } from './options/fields.js';

/** A requested operation. */
export interface Asked {
  readonly operation: OperationName;
  /** The argument beside the options: JSON, `@file` or `-`. */
  readonly word: string | undefined;
  /** The operation's options, with the text of each occurrence. */
  readonly given: ReadonlyMap<Field, readonly string[]>;
  readonly globals: Readonly<Record<string, string | boolean | undefined>>;
}

/** Help or the version, instead of an operation. `failed`: help was not requested, but no operation was given. */
export interface Told {
  readonly text: string;
  readonly failed: boolean;
}

export interface Surroundings {
  /** The maximum width of help. */
  readonly width: number;
  readonly version: string;
}

const names = Object.keys(contract) as OperationName[];

/** Parses the words after the program's name. Throws invalid_input. */
export function readCommand(
  words: readonly string[],
  language: Language,
  { width, version }: Surroundings,
): Asked | Told {
  let said = '';
  let asked: Asked | null = null;
  const hear = (text: string): void => {
    said += text;
  };
  const program = new Command('moondesk').exitOverride().configureOutput({
    writeOut: hear,
    writeErr: hear,
    outputError: () => undefined,
    getOutHelpWidth: () => width,
    getErrHelpWidth: () => width,
  });
  const nodes: HelpNodes = new Map();
  configureHelp(program, nodes, language);
  program
    .helpCommand(false)
    .helpOption('-h, --help', translate({ zh: '显示帮助', en: 'Show this help' }, language))
    .version(version, '-v, --version', translate({ zh: '版本', en: 'The version' }, language))
    .usage(
      translate({ zh: '<操作> [选项] [JSON | @文件 | -]', en: '<operation> [options] [JSON | @file | -]' }, language),
    )
    .enablePositionalOptions()
    .addHelpText('after', () => helpOfAll(language));
  addGlobals(program, language, false);
  program.hook('preSubcommand', (_, sub) => equip(sub));

  for (const name of names) {
    let node = program;
    for (const part of name.split('.')) node = childOf(node, part);
    makeOperation(node, name);
    makeOperation(program.command(name, { hidden: true }), name);
  }
  try {
    program.parse(words[0] === 'help' ? [...words.slice(1), '--help'] : words, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === 'commander.helpDisplayed' || error.code === 'commander.version')
      return { text: said, failed: false };
    if (error.code === 'commander.help') return { text: said, failed: true };
    throw misused(error);
  }
  return asked ?? { text: said, failed: true };

  function childOf(parent: Command, part: string): Command {
    const there = parent.commands.find((command) => command.name() === part);
    if (there !== undefined) return there;
    return parent
      .command(part)
      .usage(translate({ zh: '<操作>', en: '<operation>' }, language))
      .hook('preSubcommand', (_, sub) => equip(sub));
  }

  function makeOperation(node: Command, name: OperationName): void {
    nodes.set(node, name);
    node.summary(translate(contract[name].summary, language));
  }

  /** Only the requested operation gets its options. */
  function equip(node: Command): void {
    const name = nodes.get(node);
    if (name === undefined || node.registeredArguments.length > 0) return;
    const definition: Definition = contract[name];
    const form = formOf(definition, globalNames);
    const given = new Map<Field, string[]>();
    const apart = form.fields.filter(({ group }) => group !== null);
    for (const field of [...form.fields.filter(({ group }) => group === null), ...apart])
      addField(node, field, given, language);
    addGlobals(node, language, true);
    node
      .description(helpAfter.about(name, language))
      .usage(translate({ zh: '[选项] [JSON | @文件 | -]', en: '[options] [JSON | @file | -]' }, language))
      .argument('[input]')
      .addHelpText('after', () => helpAfter.text(name, form, language))
      .action((word: string | undefined) => {
        asked = { operation: name, word, given, globals: { ...program.opts(), ...node.opts() } };
      });
  }
}

function addGlobals(node: Command, language: Language, hidden: boolean): void {
  for (const { flags, meaning } of globalOptions)
    node.addOption(new Option(flags, translate(meaning, language)).hideHelp(hidden));
}

function addField(node: Command, field: Field, given: Map<Field, string[]>, language: Language): void {
  if (field.name === null) return;
  const { placeholder, description, heading } = optionText(field, language);
  const take = (text: string): string => {
    given.set(field, [...(given.get(field) ?? []), text]);
    return text;
  };
  const add = (flags: string, hidden: boolean, preset?: string): void => {
    const option = new Option(flags, description).argParser(take).hideHelp(hidden).helpGroup(heading);
    node.addOption(preset === undefined ? option : option.preset(preset));
  };
  for (const name of [field.name, ...field.aliases]) {
    const isAlias = name !== field.name;
    if (field.form.kind === 'flag') {
      const onByDefault = field.fallback === true;
      add(`--${name}`, isAlias || onByDefault, 'true');
      add(`--no-${name}`, isAlias || !onByDefault, 'false');
    } else if (field.form.kind === 'all') add(`--${name}`, isAlias, 'true');
    else add(`--${name} ${placeholder}`, isAlias, field.secret ? '' : undefined);
  }
}

/** Commander's errors in both languages. */
function misused({ code, message }: CommanderError): Refusal {
  const [, what = ''] = /'([^']*)'/.exec(message) ?? [];
  const [, similar] = /\(Did you mean (?:one of )?(.+?)\?\)/.exec(message) ?? [];
  const texts = {
    'commander.unknownCommand': { zh: `没有操作 ${what}`, en: `There is no operation ${what}` },
    'commander.unknownOption': { zh: `没有选项 ${what}`, en: `There is no option ${what}` },
    'commander.optionMissingArgument': { zh: `选项 ${what} 缺少值`, en: `The option ${what} needs a value` },
    'commander.excessArguments': {
      zh: '参数太多：输入应是一段 JSON（注意引号）',
      en: 'Too many words: the input is one piece of JSON (mind the quotes)',
    },
  } as const;
  const text = code in texts ? texts[code as keyof typeof texts] : { zh: message, en: message };
  const hint =
    similar === undefined
      ? { zh: '用法见 moondesk --help。', en: 'See moondesk --help.' }
      : { zh: `是不是 ${similar}？`, en: `Did you mean ${similar}?` };
  return new Refusal('invalid_input', text, { hint });
}
