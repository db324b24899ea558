// @ts-check
/**
 * `npm run soak -- <name> [--engine mariadb|mysql]`, `faults` also `[--only …]`, `clusters` only that: proofs that take
 * too long for `npm test`; prints one line per run, and sets an exit code.
 */
import { startGuard } from './lib/guard.mjs';
import { setUp } from './setup/index.mjs';

/** Scripts of test/soak, by their short names. */
const scripts = { silent: 'silent-connections', clusters: 'clusters', faults: 'faults', 'every-page': 'every-page' };
/** Options of those that know more than the engine, or others. */
const known = { faults: ['--engine', '--only'], clusters: ['--only'] };

const [name = '', ...words] = process.argv.slice(2);
const script = Object.hasOwn(scripts, name) ? scripts[/** @type {keyof typeof scripts} */ (name)] : null;
const options = new Map(words.flatMap((word, at) => (at % 2 === 0 ? [[word, words[at + 1] ?? '']] : [])));
const allowed = Object.hasOwn(known, name) ? known[/** @type {keyof typeof known} */ (name)] : ['--engine'];
const engine = options.get('--engine') ?? (allowed.includes('--only') ? undefined : 'mariadb');
const engineIsOdd = engine !== undefined && !['mariadb', 'mysql'].includes(engine);
if (script === null || engineIsOdd || [...options.keys()].some((option) => !allowed.includes(option))) {
  process.stderr.write(
    `Usage: npm run soak -- silent [--engine mariadb|mysql]\n       npm run soak -- faults [--engine mariadb|mysql] [--only <parts of their names, with | between them>]\n       npm run soak -- clusters [--only <parts of their names, with | between them>]\n       npm run soak -- every-page\n`,
  );
  process.exit(2);
}

await setUp({ mysql: engine !== 'mariadb' });
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
/** @type {{ run(options: { engine?: string; only?: string }): Promise<void> }} */
const { run } = await tsImport(`../test/soak/${script}.ts`, import.meta.url);
try {
  await run({ engine, only: options.get('--only') });
} finally {
  await guard.close();
}
process.exit();
