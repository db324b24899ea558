import { isDeepStrictEqual } from 'node:util';
import type { Field, Form, InputForm, Shape } from './field.js';
import { valueAt } from './input.js';

/**
 * The inverse of `inputOf`: the options for an input. Null if options cannot express all of it. A secret becomes `-`,
 * for standard input.
 */
export function wordsOf(form: InputForm, input: unknown): readonly string[] | null {
  const words: string[] = [];
  const told: (readonly string[])[] = [];
  for (const field of form.fields) {
    const value = valueAt(input, field.path);
    if (value === undefined || (field.form.kind === 'all' && !isDeepStrictEqual(value, {}))) continue;
    const word = field.name === null ? null : field.secret ? '-' : written(field.form, value);
    if (word === null) return null;
    told.push(field.path);
    words.push(...optionWords(field, word));
  }
  for (const { path, discriminator } of form.alternatives)
    if (discriminator !== null) told.push([...path, discriminator]);
  return leavesOf(input, []).every((leaf) => told.some((path) => path.every((name, index) => leaf[index] === name)))
    ? words
    : null;
}

function optionWords({ name, form }: Field, word: string): readonly string[] {
  const option = `--${name ?? ''}`;
  if (form.kind === 'all') return [option];
  if (form.kind === 'flag') return [word === 'true' ? option : option.replace('--', '--no-')];
  return word.startsWith('-') && word !== '-' ? [`${option}=${word}`] : [option, word];
}

function written(form: Form, value: unknown): string | null {
  switch (form.kind) {
    case 'all':
      return '';
    case 'flag':
    case 'integer':
    case 'number':
      return String(value);
    case 'json':
      return JSON.stringify(value);
    case 'rows':
      return null;
    case 'list': {
      if (!Array.isArray(value)) return null;
      const parts = value.map((each: unknown) => written(form.of, each));
      return parts.includes(null) ? null : parts.map((each) => quoted(each ?? '')).join(',');
    }
    case 'shapes':
      return shaped(form.shapes, value);
    default:
      return typeof value === 'string' ? value : null;
  }
}

function shaped(shapes: readonly Shape[], value: unknown): string | null {
  for (const { word, fixed, member } of shapes) {
    if (isDeepStrictEqual(fixed, value)) return word;
    if (member === null || typeof fixed === 'string') continue;
    const inside = valueAt(value, [member.name]);
    if (!isDeepStrictEqual({ ...fixed, [member.name]: inside }, value)) continue;
    const text = written(member.form, inside);
    return member.form.kind === 'integer' ? `${text ?? ''}d` : text;
  }
  return null;
}

/** An element of a list, in quotes if it would be read as something else. */
function quoted(part: string): string {
  return /[,"\r\n]|^\s|\s$|^-$|^@/u.test(part) ? `"${part.replaceAll('"', '""')}"` : part;
}

function leavesOf(value: unknown, path: readonly string[]): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [path];
  const entries = Object.entries(value);
  return entries.length === 0 && path.length > 0
    ? [path]
    : entries.flatMap(([name, inside]) => leavesOf(inside, [...path, name]));
}
