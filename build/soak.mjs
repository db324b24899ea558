// @ts-check
/** `npm run soak -- <name> [--engine mariadb|mysql]`: proofs that take too long for `npm test`; one line for each run, and an exit code. */
import { setUp } from './setup/index.mjs';

/** Scripts of test/soak, by their short names. */
const scripts = { silent: 'silent-connections', galera: 'galera-import' };

const [name = '', ...words] = process.argv.slice(2);
const script = Object.hasOwn(scripts, name) ? scripts[/** @type {keyof typeof scripts} */ (name)] : null;
const engine = (words[0] === '--engine' ? words[1] : 'mariadb') ?? '';
if (script === null || !['mariadb', 'mysql'].includes(engine) || ![0, 2].includes(words.length)) {
  process.stderr.write(`Usage: npm run soak -- <${Object.keys(scripts).join('|')}> [--engine mariadb|mysql]\n`);
  process.exit(2);
}

await setUp({ mysql: engine === 'mysql' });
// Only now are there node modules to import.
const { tsImport } = await import('tsx/esm/api');
/** @type {{ run(engine: string): Promise<void> }} */
const { run } = await tsImport(`../test/soak/${script}.ts`, import.meta.url);
await run(engine);
process.exit();
