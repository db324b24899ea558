// @ts-check
/** docs/storage.md as text. */
import { functionText, implementations, methodsOf } from './read.mjs';

/** @typedef {import('./read.mjs').Documented} Documented */

/** @returns {string} the whole page, in Markdown */
export function storagePage() {
  const written = implementations('electron/storage/hybrid');
  /** @param {Documented} method */
  const entry = ({ name, signature, text }) => {
    const said = [...new Set([text, written.get(name) ?? ''])].filter((one) => one !== '').join('\n\n');
    return `#### \`${signature}\`\n\n${said}\n`;
  };
  const sections = grouped(methodsOf('electron/storage/types.ts', 'IStorage'));
  return `${[
    '# The storage',
    "Made of the doc comments by `npm run docs`; do not edit. `import { createStorage } from 'moondesk-storage'`, or from `'moondesk/storage'`.",
    'Instants are milliseconds since 1970, play and skip times are seconds, a record’s key is `source+id`, cut at the first `+`. Unless it says otherwise, a method throws a `Refusal` with the code `unavailable` when MySQL cannot be reached; Redis may be down.',
    '## Making one',
    '### `createStorage(config?)`',
    functionText('electron/storage/index.ts', 'createStorage'),
    '### `storageConfig(environment)`',
    functionText('electron/storage/environment.ts', 'storageConfig'),
    '## The site’s methods',
    ...sections.flatMap(([section, methods]) => [`### ${section}`, ...methods.map(entry)]),
    '## Of the hybrid storage alone',
    ...methodsOf('electron/storage/hybrid.ts', 'HybridExtras').map(entry),
  ]
    .map((part) => part.trim())
    .join('\n\n')}\n`;
}

/** @param {Documented[]} methods @returns {[string, Documented[]][]} */
function grouped(methods) {
  /** @type {Map<string, Documented[]>} */
  const groups = new Map();
  for (const method of methods) groups.set(method.section, [...(groups.get(method.section) ?? []), method]);
  return [...groups];
}

/** @returns {string[]} methods without a doc comment */
export function undocumented() {
  const written = implementations('electron/storage/hybrid');
  return methodsOf('electron/storage/types.ts', 'IStorage')
    .filter(({ name, text }) => text === '' && !written.has(name))
    .map(({ name }) => name);
}
