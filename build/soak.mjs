// @ts-check
/**
 * `npm run soak -- <name> [--engine mariadb|mysql]` or `faults [--only …]`: proofs that take too long for `npm test`;
 * prints one line per run, and sets an exit code.
 */
import { startGuard } from './lib/guard.mjs';
import { setUp } from './setup/index.mjs';

/** Scripts of test/soak, by their short names. */
const scripts = { silent: 'silent-connections', galera: 'galera-import', faults: 'faults', 'every-page': 'every-page' };

const [name = '', ...words] = process.argv.slice(2);
const script = Object.hasOwn(scripts, name) ? scripts[/** @type {keyof typeof scripts} */ (name)] : null;
/** The option's meaning: an engine; for faults, a part of their names. */
const [option, standard] = name === 'faults' ? ['--only', ''] : ['--engine', 'mariadb'];
const value = (words[0] === option ? words[1] : standard) ?? '';
const engineIsOdd = option === '--engine' && !['mariadb', 'mysql'].includes(value);
if (script === null || engineIsOdd || words.length !== (words[0] === option ? 2 : 0)) {
  process.stderr.write(
    `Usage: npm run soak -- <silent|galera> [--engine mariadb|mysql]\n       npm run soak -- faults [--only <part of their names>]\n       npm run soak -- every-page\n`,
  );
  process.exit(2);
}

await setUp({ mysql: name === 'faults' || value === 'mysql' });
// Only now do the node modules exist.
const { tsImport } = await import('tsx/esm/api');
// A window of the tests never opens on a desk, and no display outlives the run.
const guard = startGuard();
if (name === 'every-page') {
  const [{ bundle }, { startXvfb }] = await Promise.all([import('./bundle.mjs'), import('./lib/xvfb.mjs')]);
  const [screen] = await Promise.all([process.platform === 'linux' ? startXvfb() : null, bundle()]);
  if (screen !== null) {
    process.env.DISPLAY = screen.display;
    guard.add(screen.pid, 2_000);
  }
}
/** @type {{ run(value: string): Promise<void> }} */
const { run } = await tsImport(`../test/soak/${script}.ts`, import.meta.url);
try {
  await run(value);
} finally {
  await guard.close();
}
process.exit();
