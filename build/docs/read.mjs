// @ts-check
/** Doc comments and the declarations after them, read by a real parser. */
import { readFileSync, readdirSync } from 'node:fs';
import { parseSync } from 'vite';
import { inRoot } from '../lib/paths.mjs';

/**
 * @typedef {object} Documented
 * @property {string} name
 * @property {string} signature as it is written, on one line
 * @property {string} text of the comment; empty if there is none
 * @property {string} section the last line comment before it, in an interface
 */

/** @param {string} file @returns {{ code: string, program: any, comments: any[] }} */
function parse(file) {
  const code = readFileSync(inRoot(file), 'utf8');
  const { program, comments, errors } = parseSync(file, code);
  if (errors.length > 0) throw new Error(`${file} cannot be parsed: ${errors[0]?.message}`);
  return { code, program, comments };
}

/** @param {string} file @param {string} name an interface of it @returns {Documented[]} its methods in order */
export function methodsOf(file, name) {
  const { code, program, comments } = parse(file);
  const found = declarations(program).find((node) => node.type === 'TSInterfaceDeclaration' && node.id.name === name);
  if (!found) throw new Error(`${file} has no interface ${name}`);
  return found.body.body.map((/** @type {any} */ member) => ({
    name: member.key.name,
    signature: oneLine(code.slice(member.start, member.end)),
    text: textBefore(code, comments, member.start),
    section:
      comments
        .filter(({ type, end, start }) => type === 'Line' && start > found.body.start && end < member.start)
        .map(({ value }) => value.trim())
        .at(-1) ?? '',
  }));
}

/** @param {string} file @param {string} name an exported function of it @returns {string} the text of its comment */
export function functionText(file, name) {
  const { code, program, comments } = parse(file);
  const node = program.body.find((/** @type {any} */ one) => {
    const { type, id } = one.declaration ?? one;
    return /Function/.test(type) && id?.name === name;
  });
  if (!node) throw new Error(`${file} has no function ${name}`);
  return textBefore(code, comments, node.start);
}

/**
 * @param {string} folder @returns {Map<string, string>} the doc comments of its objects' methods, by the methods' names
 */
export function implementations(folder) {
  const texts = new Map();
  const files = readdirSync(inRoot(folder)).filter((name) => name.endsWith('.ts'));
  for (const name of files.sort()) {
    const { code, program, comments } = parse(`${folder}/${name}`);
    walk(program, (node) => {
      if (node.type !== 'Property' || node.key?.type !== 'Identifier') return;
      const text = textBefore(code, comments, node.start);
      if (text !== '' && !texts.has(node.key.name)) texts.set(node.key.name, text);
    });
  }
  return texts;
}

/** @param {any} program @returns {any[]} */
const declarations = (program) => program.body.map((/** @type {any} */ node) => node.declaration ?? node);

/** @param {any} node @param {(node: any) => void} visit */
function walk(node, visit) {
  if (Array.isArray(node)) for (const one of node) walk(one, visit);
  else if (node !== null && typeof node === 'object') {
    if (typeof node.type === 'string') visit(node);
    for (const value of Object.values(node)) walk(value, visit);
  }
}

/** @param {string} code @param {any[]} comments @param {number} at @returns {string} the doc comment that ends where this begins */
function textBefore(code, comments, at) {
  const comment = comments.find(
    ({ type, value, end }) =>
      type === 'Block' && value.startsWith('*') && end <= at && code.slice(end, at).trim() === '',
  );
  return comment ? paragraphs(comment.value.slice(1)) : '';
}

/** @param {string} text of a comment @returns {string} without its stars; lines of a paragraph are joined, lists and examples are not */
function paragraphs(text) {
  const lines = text.split('\n').map((line) => line.replace(/^\s*\* ?/, '').trimEnd());
  let fenced = false;
  let out = '';
  for (const line of lines) {
    if (line.startsWith('```')) fenced = !fenced;
    const apart = fenced || line === '' || /^(- |```)/.test(line) || /(^|\n)(```)?$/.test(out);
    out += apart ? `\n${line}` : ` ${line.trim()}`;
  }
  return out.trim().replace(/\n{3,}/g, '\n\n');
}

/** @param {string} text @returns {string} */
const oneLine = (text) => text.replace(/\s+/g, ' ').replace(/\( /g, '(').replace(/,? \)/g, ')').replace(/;$/, '');
