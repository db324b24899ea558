// @ts-check
/**
 * `npm run bench -- <name> [--engine mariadb|mysql]`: figures as ratios against a named reference, one line each.
 * `scale` also takes `--sizes 2000,20000 --only register,bind,ban,config --mode json|rows --rounds 5`. The others take
 * `--against <folder> [--times 3]`: each figure against that of another tree, run in turns. Make that tree with `git
 * worktree add <folder> <commit>`, and give it node modules.
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startXvfb, hasDisplay } from './lib/xvfb.mjs';
import { setUp } from './setup/index.mjs';

/** Suites, and what they need beyond the servers. */
const suites = {
  users: { window: true },
  storage: { window: false },
  issuance: { window: false },
  scale: { window: false },
  clusters: { window: false },
};
const parts = ['register', 'bind', 'ban', 'config'];

/** @returns {never} */
function usage() {
  process.stderr.write(
    `Usage: npm run bench -- <${Object.keys(suites).join('|')}> [--engine mariadb|mysql]\n       npm run bench -- scale [--engine …] [--sizes 2000,20000,200000,1000000] [--only ${parts.join(',')}] [--mode json|rows] [--rounds 5]\n       npm run bench -- <users|storage|issuance|clusters> --against <folder> [--times 3]\n`,
  );
  process.exit(2);
}

/** @param {string | undefined} text */
const listed = (text) => (text === undefined ? [] : text.split(','));

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        engine: { type: 'string', default: 'mariadb' },
        sizes: { type: 'string', default: '2000,20000,200000,1000000' },
        only: { type: 'string' },
        mode: { type: 'string' },
        rounds: { type: 'string', default: '5' },
        against: { type: 'string' },
        times: { type: 'string', default: '3' },
      },
    });
  } catch {
    return usage();
  }
}

const { values, positionals } = readArguments();
const [name = ''] = positionals;
const { engine } = values;
const suite = Object.hasOwn(suites, name) ? suites[/** @type {keyof typeof suites} */ (name)] : null;
const options = {
  sizes: listed(values.sizes).map(Number),
  only: listed(values.only),
  mode: values.mode,
  rounds: Number(values.rounds),
};
if (
  !suite ||
  positionals.length !== 1 ||
  !['mariadb', 'mysql'].includes(engine) ||
  ![undefined, 'json', 'rows'].includes(options.mode) ||
  !options.sizes.every((size) => Number.isSafeInteger(size) && size >= 100) ||
  !options.only.every((part) => parts.includes(part)) ||
  !(options.rounds >= 1) ||
  !(Number(values.times) >= 1)
)
  usage();

if (values.against !== undefined) {
  const { against } = await import('./bench/against.mjs');
  await against({ suite: name, engine, folder: resolve(values.against), times: Number(values.times) });
  process.exit();
}

await setUp({ mysql: engine === 'mysql' });
// Only now do the node modules exist.
const [{ tsImport }, { bundle }] = await Promise.all([import('tsx/esm/api'), import('./bundle.mjs')]);
await bundle();
const display = suite?.window && !hasDisplay() ? await startXvfb() : null;
if (display) process.env.DISPLAY = display.display;
try {
  /** @type {{ run(engine: string, options: object): Promise<void> }} */
  const { run } = await tsImport(`../test/bench/${name}.ts`, import.meta.url);
  await run(engine, options);
} finally {
  await display?.stop();
}
process.exit();
