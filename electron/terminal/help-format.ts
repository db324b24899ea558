import type { Command, Help, Option } from 'commander';
import { eastAsianWidth } from 'get-east-asian-width';
import type { OperationName } from '../contract/index.js';
import type { Language } from '../contract/text.js';

/** Which operation a command is. */
export type HelpNodes = Map<Command, OperationName>;

const titles: Readonly<Record<string, string>> = {
  'Usage:': '用法：',
  'Options:': '选项：',
  'Arguments:': '参数：',
  'Commands:': '操作：',
};

/** Commander's help in the console's languages: Chinese is twice as wide, and its lines may break between characters. */
export function configureHelp(program: Command, nodes: HelpNodes, language: Language): void {
  program.configureHelp({
    showGlobalOptions: false,
    displayWidth: widthOf,
    optionDescription: ({ description }: Option) => description,
    boxWrap,
    styleTitle: (title: string) => (language === 'zh-CN' ? (titles[title] ?? title) : title),
    subcommandTerm: (command: Command) => wordsOf(command, nodes),
    visibleCommands: (command: Command) => {
      const all = [...nodes].filter(([node]) => (node.parent === program ? !node.name().includes('.') : true));
      const within = all.map(([node]) => node).filter((node) => node !== command && isInside(node, command));
      // A change and its preview have the same options.
      return command === program ? within.filter((node) => node.name() !== 'preview') : within;
    },
    groupItems,
  });
}

/** `cards batches list`. */
function wordsOf(command: Command, nodes: HelpNodes): string {
  return nodes.get(command)?.replaceAll('.', ' ') ?? command.name();
}

function isInside(node: Command, above: Command): boolean {
  for (let parent = node.parent; parent !== null; parent = parent.parent) if (parent === above) return true;
  return false;
}

/** Commands of a domain stand together; an operation's options in their groups. */
function groupItems<T extends Command | Option>(
  _all: T[],
  visible: T[],
  groupOf: (item: T) => string,
): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of visible) {
    const group = groupOf(item);
    groups.set(group, [...(groups.get(group) ?? []), item]);
  }
  return groups;
}

/**
 * Columns that a text of ours takes. Not by string-width, which knows emoji as well and takes a twentieth of a second to
 * load: a help has to be there at once.
 */
function widthOf(text: string): number {
  return Array.from(text).reduce((width, character) => width + eastAsianWidth(character.codePointAt(0) ?? 0), 0);
}

/** Words, and single Chinese characters with the marks that may not begin a line. */
const chunks = /\s*(?:\p{Script=Han}|[^\s\p{Script=Han}]+?(?=\s|\p{Script=Han}|$))[，。；：、？）」”]*/gu;

function boxWrap(this: Help, text: string, width: number): string {
  if (width < this.minWidthToWrap) return text;
  return text
    .split('\n')
    .map((line) => {
      const lines = [''];
      for (const chunk of line.match(chunks) ?? []) {
        const last = lines.at(-1) ?? '';
        if (last === '' || this.displayWidth(last + chunk) <= width) lines[lines.length - 1] = last + chunk;
        else lines.push(chunk.trimStart());
      }
      return lines.join('\n');
    })
    .join('\n');
}
