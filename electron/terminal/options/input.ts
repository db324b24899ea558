import { isDeepStrictEqual } from 'node:util';
import { Refusal } from '../../contract/errors.js';
import type { Sources } from '../sources.js';
import type { Alternatives, Field, InputForm } from './field.js';
import { wrongOption } from './problem.js';
import { valueOf } from './value.js';

type Node = Record<string, unknown>;

/**
 * The input of an operation: the JSON, with the values of the options added. Throws invalid_input, also if both give
 * the same field.
 */
export async function inputOf(
  form: InputForm,
  json: unknown,
  given: ReadonlyMap<Field, readonly string[]>,
  sources: Sources,
): Promise<unknown> {
  if (given.size === 0 && json !== undefined) return json;
  const input = json === undefined ? {} : structuredClone(json);
  if (!isNode(input))
    throw new Refusal('invalid_input', {
      zh: '有选项时，输入的 JSON 必须是对象',
      en: 'With options, the input’s JSON has to be an object',
    });
  const makeRow = (row: InputForm, cells: ReadonlyMap<Field, readonly string[]>) => inputOf(row, {}, cells, sources);
  // In sequence: they may share standard input.
  for (const [field, texts] of given) {
    put(input, field, await valueOf(field, texts, sources, makeRow));
  }
  for (const alternatives of form.alternatives) settle(input, alternatives, form.fields);
  return input;
}

/** The value at a path; undefined if there is none. */
export function valueAt(input: unknown, path: readonly string[]): unknown {
  return path.reduce((node, name) => (isNode(node) && Object.hasOwn(node, name) ? node[name] : undefined), input);
}

function put(input: Node, { path, name, form }: Field, value: unknown): void {
  let node = input;
  for (const each of path.slice(0, -1)) {
    const next = Object.hasOwn(node, each) ? node[each] : {};
    if (!isNode(next)) throw twice(name);
    node[each] = next;
    node = next;
  }
  const last = path.at(-1) ?? '';
  if (Object.hasOwn(node, last)) {
    if (form.kind === 'all' && isNode(node[last])) return;
    throw twice(name);
  }
  node[last] = value;
}

function twice(name: string | null): Refusal {
  return wrongOption(name ?? '', 'JSON 中已有', 'the JSON has it already');
}

/** Sets which of several objects it is. Throws invalid_input if the options belong to different ones. */
function settle(
  input: Node,
  { path, discriminator, variants, fallback }: Alternatives,
  fields: readonly Field[],
): void {
  const node = valueAt(input, path);
  if (!isNode(node)) return;
  const members = Object.keys(node);
  const fitting = variants.filter((variant) => members.every((member) => variant.members.includes(member)));
  if (discriminator !== null) {
    if (Object.hasOwn(node, discriminator)) return;
    const chosen = fitting.find(({ value }) => value === fallback) ?? fitting[0];
    if (chosen !== undefined) node[discriminator] = chosen.value;
    return;
  }
  if (fitting.length > 0) return;
  const names = fields
    .filter((field) => {
      const value = valueAt(input, field.path);
      const isGiven = field.form.kind === 'all' ? isDeepStrictEqual(value, {}) : value !== undefined;
      return isGiven && path.every((name, index) => field.path[index] === name);
    })
    .flatMap(({ name }) => (name === null ? [] : [`--${name}`]))
    .join(', ');
  throw new Refusal('invalid_input', { zh: `不能同时给出：${names}`, en: `These exclude each other: ${names}` });
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
