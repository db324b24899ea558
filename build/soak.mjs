// @ts-check
/**
 * `npm run soak -- <name> [--engine mariadb|mysql]` or `faults [--only …]`: proofs that take too long for `npm test`;
 * prints one line per run, and sets an exit code.
 */
import { setUp } from './setup/index.mjs';

/** Scripts of test/soak, by their short names. */
const scripts = { silent: 'silent-connections', galera: 'galera-import', faults: 'faults' };

const [name = '', ...words] = process.argv.slice(2);
const script = Object.hasOwn(scripts, name) ? scripts[/** @type {keyof typeof scripts} */ (name)] : null;
/** The option's meaning: an engine; for faults, a part of their names. */
const [option, standard] = name === 'faults' ? ['--only', ''] : ['--engine', 'mariadb'];
const value = (words[0] === option ? words[1] : standard) ?? '';
const engineIsOdd = option === '--engine' && !['mariadb', 'mysql'].includes(value);
if (script === null || engineIsOdd || words.length !== (words[0] === option ? 2 : 0)) {
  process.stderr.write(
    `Usage: npm run soak -- <silent|galera> [--engine mariadb|mysql]\n       npm run soak -- faults [--only <part of their names>]\n`,
  );
  process.exit(2);
}

await setUp({ mysql: name === 'faults' || value === 'mysql' });
// Only now do the node modules exist.
const { tsImport } = await import('tsx/esm/api');
/** @type {{ run(value: string): Promise<void> }} */
const { run } = await tsImport(`../test/soak/${script}.ts`, import.meta.url);
await run(value);
process.exit();
