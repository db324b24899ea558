// @ts-check
/** `npm run bench -- <name> [--engine mariadb|mysql]`: figures as ratios against a named reference, one line each. */
import { startXvfb, hasDisplay } from './lib/xvfb.mjs';
import { setUp } from './setup/index.mjs';

/** Suites, and what they need beyond the servers. */
const suites = { users: { window: true }, storage: { window: false }, issuance: { window: false } };

const [name = '', ...words] = process.argv.slice(2);
const suite = Object.hasOwn(suites, name) ? suites[/** @type {keyof typeof suites} */ (name)] : null;
const engine = (words[0] === '--engine' ? words[1] : 'mariadb') ?? '';
if (!suite || !['mariadb', 'mysql'].includes(engine) || ![0, 2].includes(words.length)) {
  process.stderr.write(`Usage: npm run bench -- <${Object.keys(suites).join('|')}> [--engine mariadb|mysql]\n`);
  process.exit(2);
}

await setUp({ mysql: engine === 'mysql' });
// Only now are there node modules to import.
const [{ tsImport }, { bundle }] = await Promise.all([import('tsx/esm/api'), import('./bundle.mjs')]);
await bundle();
const display = suite.window && !hasDisplay() ? await startXvfb() : null;
if (display) process.env.DISPLAY = display.display;
try {
  /** @type {{ run(engine: string): Promise<void> }} */
  const { run } = await tsImport(`../test/bench/${name}.ts`, import.meta.url);
  await run(engine);
} finally {
  await display?.stop();
}
process.exit();
