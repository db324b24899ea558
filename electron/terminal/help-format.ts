import type { Command, Help, Option } from 'commander';
import { eastAsianWidth } from 'get-east-asian-width';
import type { OperationName } from '../contract/index.js';
import type { Language } from '../contract/text.js';

/** The operations of the commands. */
export type HelpNodes = Map<Command, OperationName>;

const titles: Readonly<Record<string, string>> = {
  'Usage:': '用法：',
  'Options:': '选项：',
  'Arguments:': '参数：',
  'Commands:': '操作：',
};

/** Commander's help in both languages: Chinese characters are wide, and lines may break between them. */
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
      // A preview has the options of its change.
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

/** Groups only what is visible, in order of appearance. */
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
 * The width of a help text. string-width would handle emoji as well, but takes a twentieth of a second to load, and the
 * help must be fast.
 */
function widthOf(text: string): number {
  return Array.from(text).reduce((width, character) => width + eastAsianWidth(character.codePointAt(0) ?? 0), 0);
}

/** Words, and single Chinese characters with the punctuation that must not begin a line. */
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
