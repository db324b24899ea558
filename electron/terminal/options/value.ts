import { Refusal } from '../../contract/errors.js';
import { isSource, type Sources } from '../sources.js';
import type { Field, Form, InputForm, Shape } from './field.js';
import { readMoment } from './moment.js';
import { wrongOption } from './problem.js';

/** Builds an object from the cells of a row. */
type MakeRow = (form: InputForm, given: ReadonlyMap<Field, readonly string[]>) => Promise<unknown>;

/** The value of a field. `given`: the text of each occurrence of its option. Throws invalid_input. */
export async function valueOf(
  field: Field,
  given: readonly string[],
  sources: Sources,
  makeRow: MakeRow,
): Promise<unknown> {
  const { form } = field;
  const name = field.name ?? '';
  const [text = '', ...more] = given;
  if (form.kind === 'list') {
    const parts = await Promise.all(given.map((each) => listOf(field, each, sources)));
    return parts.flat().map((each) => parsed(name, form.of, each));
  }
  if (more.length > 0) throw wrongOption(name, '只能给一次', 'can be given only once');
  if (form.kind === 'rows') return rowsOf(name, form, text, sources, makeRow);
  if (field.secret) {
    if (!isSource(text)) throw onlyFromElsewhere(name);
    return parsed(name, form, withoutLastBreak(sources.text(text)));
  }
  if (form.kind === 'long' && isSource(text)) return sources.text(text);
  return parsed(name, form, text);
}

/** A number in groups of three digits. `10,20` is none: it may be meant as two. */
const grouped = /^[+-]?\d{1,3}(?:[_,，]\d{3})+$/;

/** The value of one word. Throws invalid_input. */
function parsed(name: string, form: Form, text: string): unknown {
  switch (form.kind) {
    case 'integer':
    case 'number': {
      const number = Number(grouped.test(text.trim()) ? text.replaceAll(/[_,，]/g, '') : text);
      if (text.trim() === '' || !Number.isFinite(number) || (form.kind === 'integer' && !Number.isInteger(number)))
        throw wrongOption(name, `“${text}” 不是整数`, `“${text}” is not a whole number`);
      return number;
    }
    case 'flag':
      return text === 'true';
    case 'all':
      return {};
    case 'moment': {
      const moment = readMoment(text, { end: form.end });
      if (moment !== null) return moment;
      throw wrongOption(
        name,
        `“${text}” 不是时间；写成 2026-12-01、“2026-12-01 18:00”、+30d、-12h 或 now`,
        `“${text}” is not a time: write 2026-12-01, “2026-12-01 18:00”, +30d, -12h or now`,
      );
    }
    case 'choice': {
      if (form.values.includes(text)) return text;
      const values = form.values.join(', ');
      throw wrongOption(name, `“${text}” 不在其中：${values}`, `“${text}” is none of ${values}`);
    }
    case 'shapes':
      return shaped(name, form.shapes, text);
    case 'json':
      try {
        return JSON.parse(text) as unknown;
      } catch (error) {
        throw wrongOption(name, '不是有效的 JSON', 'is not valid JSON', error);
      }
    default:
      return text;
  }
}

/** The first shape that matches the word: `90d` and `90` are numbers of days, `2027-01-01` is a time. */
function shaped(name: string, shapes: readonly Shape[], text: string): unknown {
  for (const { word, fixed, member } of shapes) {
    if (word === text) return fixed;
    if (member === null || typeof fixed === 'string') continue;
    const { form } = member;
    const bare = form.kind === 'integer' ? text.replace(/[d天]$/u, '') : text;
    if (form.kind === 'integer' && !/^\d+$/.test(bare)) continue;
    try {
      return { ...fixed, [member.name]: parsed(name, form, bare) };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
  }
  throw wrongOption(name, `看不懂 “${text}”`, `“${text}” is not understood`);
}

/**
 * Values separated by commas, as one line of CSV: quotes protect a comma, and blanks beside a comma do not count. The
 * first and the last blank of a text may be part of a name. Files and standard input: one per line.
 */
async function listOf({ name, secret, form }: Field, text: string, sources: Sources): Promise<readonly string[]> {
  if (isSource(text)) return sources.lines(text);
  if (secret) throw onlyFromElsewhere(name ?? '');
  const { parse } = await import('csv-parse/sync');
  try {
    const lines: string[][] = parse(text, { relax_quotes: true, relax_column_count: true, trim: true });
    const parts = lines.flat();
    if (form.kind === 'list' && form.of.kind === 'text') keepEdges(parts, text);
    return parts.filter((each) => each !== '');
  } catch (error) {
    throw wrongOption(name ?? '', `看不懂 “${text}”`, `“${text}” is not understood`, error);
  }
}

/** Gives the first and the last value the blanks back with which the text begins and ends, outside of quotes. */
function keepEdges(parts: string[], text: string): void {
  const [before = ''] = /^ +(?!["\s])/.exec(text) ?? [];
  const [after = ''] = /(?<!["\s]) +$/.exec(text) ?? [];
  const last = parts.length - 1;
  if (parts[0] !== undefined && parts[0] !== '') parts[0] = before + parts[0];
  if (parts[last] !== undefined && parts[last] !== '') parts[last] += after;
}

/** Objects from a CSV file whose header names the fields. */
async function rowsOf(
  name: string,
  { fields: form }: Extract<Form, { readonly kind: 'rows' }>,
  text: string,
  sources: Sources,
  makeRow: MakeRow,
): Promise<readonly unknown[]> {
  if (!isSource(text)) throw wrongOption(name, '用 @文件.csv 或 - 给出', 'is given by a file, as @pairs.csv, or by -');
  const { parse } = await import('csv-parse/sync');
  let rows: Record<string, string>[];
  try {
    rows = parse(sources.text(text), { columns: true, trim: true, skip_empty_lines: true });
  } catch (error) {
    throw wrongOption(name, 'CSV 有误', 'the CSV is not as it should be', error);
  }
  const known = new Map(form.fields.map((field) => [field.name, field]));
  return Promise.all(
    rows.map((row) => {
      const given = new Map<Field, readonly string[]>();
      for (const [column, cell] of Object.entries(row)) {
        const field = known.get(column);
        if (field === undefined)
          throw wrongOption(
            name,
            `CSV 没有“${column}”这样的列，只有：${[...known.keys()].join(', ')}`,
            `no column of the CSV is called “${column}”, only ${[...known.keys()].join(', ')}`,
          );
        if (cell !== '') given.set(field, [cell]);
      }
      return makeRow(form, given);
    }),
  );
}

function onlyFromElsewhere(name: string): Refusal {
  return wrongOption(
    name,
    '命令行会被本机其他账号看到：用 -、@文件，或只写选项名再输入',
    'other accounts of this machine can read the command line: give it by -, by @file, or write the option alone and type it',
  );
}

function withoutLastBreak(text: string): string {
  return text.replace(/\r?\n$/, '');
}
