/**
 * Whether the tests detect faults: puts one fault after another into a copy of the tree and runs the test files that
 * should detect it, on both engines. One line each: `soak faults <name> <engine>=<caught|missed> … ms=<time>`. Outcomes
 * are stored by the text of fault, code and tests: known ones are not run again, so an interrupted run continues where
 * it stopped. Fails if less than 95 % are caught.
 */
import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createVitest, type TestModule, type Vitest } from 'vitest/node';
import type { Engine } from '../sandbox/types.js';
import { type Fault, planted } from './faults/fault.js';
import { faults } from './faults/index.js';

const wanted = 0.95;
/**
 * Milliseconds after which the tests of one fault are ended: a fault that makes everything wait counts as detected too.
 */
const longest = 300_000;

const engines = ['mariadb', 'mysql'] as const satisfies readonly Engine[];

interface Seen {
  readonly mariadb: boolean;
  readonly mysql: boolean;
  /** Names of the first few failed tests. */
  readonly by: readonly string[];
}

/** `only`: part of the names to run; all by default. */
export async function run(only = ''): Promise<void> {
  const root = process.cwd();
  const folder = join(root, '.moondesk', 'faults');
  const tree = join(folder, 'tree');
  copyTree(root, tree);
  const book = join(folder, 'outcomes.json');
  const known = (existsSync(book) ? JSON.parse(readFileSync(book, 'utf8')) : {}) as Record<string, Seen>;
  const chosen = faults.filter(({ name }) => name.includes(only));
  const outcomes = new Map<Fault, Seen>();
  process.chdir(tree);
  const vitest = await createVitest('test', {
    root: tree,
    watch: false,
    reporters: [{}],
    retry: 0,
    bail: 0,
    run: true,
  });
  try {
    await vitest.standalone();
    const open = chosen.filter((fault) => known[keyOf(fault, tree)] === undefined);
    for (const engine of engines) {
      const { failed } = await runTests(vitest, [...new Set(open.flatMap(({ tests }) => tests))], tree, engine);
      if (failed.length > 0) throw new Error(`Without any fault these fail on ${engine}:\n${failed.join('\n')}`);
    }
    for (const fault of chosen) {
      const key = keyOf(fault, tree);
      const from = performance.now();
      const seen = known[key] ?? (await plant(vitest, fault, tree));
      outcomes.set(fault, seen);
      if (known[key] === undefined) writeFileSync(book, JSON.stringify(Object.assign(known, { [key]: seen }), null, 1));
      process.stdout.write(
        `soak faults ${fault.name} mariadb=${word(seen.mariadb)} mysql=${word(seen.mysql)} ms=${(performance.now() - from).toFixed(0)}${fault.unseen === undefined ? '' : ` # ${fault.unseen}`}\n`,
      );
    }
  } finally {
    await vitest.close();
    process.chdir(root);
  }
  const caught = [...outcomes.values()].filter(({ mariadb, mysql }) => mariadb && mysql).length;
  const unexplained = [...outcomes].filter(
    ([fault, seen]) => !(seen.mariadb && seen.mysql) && fault.unseen === undefined,
  );
  process.stdout.write(
    `soak faults: ${String(caught)} of ${String(outcomes.size)} caught on both engines (${((caught / outcomes.size) * 100).toFixed(1)} %), ${String(unexplained.length)} neither caught nor explained\n`,
  );
  if (caught < wanted * outcomes.size || unexplained.length > 0) process.exitCode = 1;
}

const word = (seen: boolean): string => (seen ? 'caught' : 'missed');

/** The tree as git lists it, with uncommitted changes; installed packages are shared. */
function copyTree(root: string, tree: string): void {
  rmSync(tree, { recursive: true, force: true });
  const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root })
    .toString()
    .split('\0')
    .filter((file) => file !== '' && existsSync(join(root, file)));
  for (const file of files) {
    mkdirSync(dirname(join(tree, file)), { recursive: true });
    cpSync(join(root, file), join(tree, file));
  }
  symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'));
  symlinkSync(join(root, '.moondesk'), join(tree, '.moondesk'));
}

/** What an outcome depends on, as far as it is checked: the fault, its file, its tests. */
function keyOf({ name, file, find, replace, tests }: Fault, tree: string): string {
  const hash = createHash('sha256').update(JSON.stringify([find, replace]));
  for (const one of [file, ...tests]) hash.update(readFileSync(join(tree, one)));
  return `${name} ${hash.digest('hex').slice(0, 16)}`;
}

async function plant(vitest: Vitest, fault: Fault, tree: string): Promise<Seen> {
  const path = join(tree, fault.file);
  const text = readFileSync(path, 'utf8');
  writeFileSync(path, planted(fault, text));
  vitest.invalidateFile(path);
  try {
    const seen: Partial<Record<Engine, Run>> = {};
    // The first failure is enough.
    for (const engine of engines) seen[engine] = await runTests(vitest, fault.tests, tree, engine, 1);
    return {
      mariadb: isCaught(seen.mariadb),
      mysql: isCaught(seen.mysql),
      by: engines.flatMap((engine) => seen[engine]?.failed.slice(0, 1) ?? []),
    };
  } finally {
    writeFileSync(path, text);
    vitest.invalidateFile(path);
  }
}

interface Run {
  /** Names of failures: tests, and files that cannot be loaded. */
  readonly failed: string[];
  /** They had to be ended. */
  readonly endless: boolean;
}

const isCaught = (run: Run | undefined): boolean => run !== undefined && (run.endless || run.failed.length > 0);

/** Runs test files on one engine (files without engines as they are), until this many have failed; 0: all. */
async function runTests(
  vitest: Vitest,
  files: readonly string[],
  tree: string,
  engine: Engine,
  bail = 0,
): Promise<Run> {
  if (files.length === 0) return { failed: [], endless: false };
  // Read by `engines()` in the workers, which are started again for each run.
  process.env['MOONDESK_TEST_ENGINE'] = engine;
  for (const { config } of [vitest, ...vitest.projects]) config.bail = bail;
  let endless = false;
  const timer = setTimeout(
    () => {
      endless = true;
      void vitest.cancelCurrentRun('keyboard-input');
    },
    longest * Math.max(1, files.length / 4),
  );
  try {
    await vitest.globTestSpecifications([...files]);
    const specifications = files.flatMap((file) => vitest.getModuleSpecifications(join(tree, file)));
    const { testModules, unhandledErrors } = await vitest.runTestSpecifications(specifications);
    return { failed: [...testModules.flatMap(failedIn), ...unhandledErrors.map(String)], endless };
  } finally {
    clearTimeout(timer);
  }
}

function failedIn(module: TestModule): string[] {
  const tests = [...module.children.allTests('failed')].map((test) => `${module.relativeModuleId} > ${test.fullName}`);
  const suites = [...module.children.allSuites()]
    .filter((suite) => suite.errors().length > 0)
    .map((suite) => `${module.relativeModuleId} > ${suite.fullName}`);
  const broken = module.errors().length > 0 ? [module.relativeModuleId] : [];
  return [...tests, ...suites, ...broken];
}
