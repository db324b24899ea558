// @ts-check
/** `npm run soak -- <name> [--engine mariadb|mysql]`, `faults` also `[--only …]`: proofs that take too long for `npm test`; one line for each run, and an exit code. */
import { setUp } from './setup/index.mjs';

/** Scripts of test/soak, by their short names. */
const scripts = { silent: 'silent-connections', galera: 'galera-import', faults: 'faults' };

const [name = '', ...words] = process.argv.slice(2);
const script = Object.hasOwn(scripts, name) ? scripts[/** @type {keyof typeof scripts} */ (name)] : null;
const options = new Map(words.flatMap((word, at) => (at % 2 === 0 ? [[word, words[at + 1] ?? '']] : [])));
const allowed = name === 'faults' ? ['--engine', '--only'] : ['--engine'];
const engine = options.get('--engine') ?? (name === 'faults' ? undefined : 'mariadb');
const engineIsOdd = engine !== undefined && !['mariadb', 'mysql'].includes(engine);
if (script === null || engineIsOdd || [...options.keys()].some((option) => !allowed.includes(option))) {
  process.stderr.write(
    `Usage: npm run soak -- <silent|galera> [--engine mariadb|mysql]\n       npm run soak -- faults [--engine mariadb|mysql] [--only <part of their names>]\n`,
  );
  process.exit(2);
}

await setUp({ mysql: engine !== 'mariadb' });
// Only now are there node modules to import.
const { tsImport } = await import('tsx/esm/api');
/** @type {{ run(options: { engine?: string; only?: string }): Promise<void> }} */
const { run } = await tsImport(`../test/soak/${script}.ts`, import.meta.url);
await run({ engine, only: options.get('--only') });
process.exit();
