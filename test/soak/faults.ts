/**
 * Whether the tests see: puts one fault after another into a copy of the tree and runs the test files that should see
 * it, on one engine at a time. One line each: `soak faults <name> <engine>=<caught|missed> ms=<time> by <test>`.
 * Outcomes are kept by the text of fault, code and tests: what is known is not run again, so a run that was ended goes
 * on where it stood. Several may go on side by side, of different engines or faults. Fails where less than 95 % are
 * caught.
 */
import { inspect } from 'node:util';
import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { createVitest, type TestModule, type Vitest } from 'vitest/node';
import type { Engine } from '../sandbox/types.js';
import { type Fault, planted } from './faults/fault.js';
import { faults } from './faults/index.js';

const wanted = 0.95;

const engines = ['mariadb', 'mysql'] as const satisfies readonly Engine[];

/** What became of a fault on one engine. */
interface Outcome {
  /** The first test that failed, if one did. */
  readonly by: string | null;
  /** The files that decide it, and their texts: the one that saw it, or all that did not. */
  readonly texts: Readonly<Record<string, string>>;
}

/** `only`: parts of the names of those that are run, with | between them; all if not said. */
export async function run({ only = '', engine }: { only?: string; engine?: Engine } = {}): Promise<void> {
  const chosen = faults.filter(({ name }) => only.split('|').some((part) => name.includes(part)));
  const onEach = new Map<Engine, ReadonlySet<Fault>>();
  for (const each of engine === undefined ? engines : [engine]) onEach.set(each, await runOn(each, chosen));
  const caught = chosen.filter((fault) => [...onEach.values()].every((those) => those.has(fault)));
  const open = chosen.filter((fault) => !caught.includes(fault) && fault.unseen === undefined);
  process.stdout.write(
    `soak faults: ${String(caught.length)} of ${String(chosen.length)} caught on ${[...onEach.keys()].join(' and ')} (${((caught.length / chosen.length) * 100).toFixed(1)} %), ${String(open.length)} neither caught nor explained\n`,
  );
  if (caught.length < wanted * chosen.length || open.length > 0) process.exitCode = 1;
}

/** Answers those that were caught. */
async function runOn(engine: Engine, chosen: readonly Fault[]): Promise<ReadonlySet<Fault>> {
  const root = process.cwd();
  const folder = join(root, '.moondesk', 'faults');
  const tree = join(folder, `${engine}-${String(process.pid)}`);
  copyTree(root, tree);
  // One line an outcome, added as it comes: others may run beside this one.
  const book = join(folder, `${engine}.jsonl`);
  const known = new Map(
    (existsSync(book) ? readFileSync(book, 'utf8').split('\n') : [])
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as readonly [string, Outcome]),
  );
  const stands = (fault: Fault): Outcome | undefined => {
    const outcome = known.get(keyOf(fault, tree));
    if (outcome === undefined) return undefined;
    const same = Object.entries(outcome.texts).every(([file, text]) => text === textOf(tree, file));
    return same && (outcome.by !== null || fault.tests.every((file) => file in outcome.texts)) ? outcome : undefined;
  };
  const caught = new Set<Fault>();
  const open = new Set(chosen.filter((fault) => stands(fault) === undefined));
  // Read by `engines()` in the workers, which start for each run.
  process.env['MOONDESK_TEST_ENGINE'] = engine;
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
    const faultless = new Faultless(vitest, tree, join(folder, 'times.json'));
    for (const fault of chosen) {
      const from = performance.now();
      const outcome = open.has(fault) ? await sought(vitest, fault, tree, faultless) : stands(fault);
      if (outcome === undefined) continue;
      if (outcome.by !== null) caught.add(fault);
      if (open.has(fault)) appendFileSync(book, `${JSON.stringify([keyOf(fault, tree), outcome])}\n`);
      process.stdout.write(
        `soak faults ${fault.name} ${engine}=${outcome.by === null ? 'missed' : 'caught'} ms=${(performance.now() - from).toFixed(0)}${outcome.by === null ? '' : ` by ${outcome.by}`}${fault.unseen === undefined ? '' : ` # ${fault.unseen}`}\n`,
      );
    }
  } finally {
    await vitest.close();
    process.chdir(root);
    rmSync(tree, { recursive: true, force: true });
  }
  return caught;
}

/** The tree as git lists it, with what was changed and not committed; what is installed is shared. */
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

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

const textOf = (tree: string, file: string): string | null =>
  existsSync(join(tree, file)) ? hashOf(readFileSync(join(tree, file), 'utf8')) : null;

/** What an outcome belongs to: the fault, and the text of its file. */
function keyOf({ name, file, find, replace }: Fault, tree: string): string {
  return `${name} ${hashOf(JSON.stringify([find, replace, readFileSync(join(tree, file), 'utf8')]))}`;
}

/** Test files without any fault: each is run once at most, and only where it matters. */
class Faultless {
  readonly #vitest: Vitest;
  readonly #tree: string;
  /** Where the times are kept from run to run: they say which of several files is asked first, and nothing else. */
  readonly #times: string;
  readonly #lasting: Record<string, number>;
  readonly #sound = new Set<string>();
  /** Tests that have failed by chance: what they say proves nothing. */
  readonly #chance = new Set<string>();

  constructor(vitest: Vitest, tree: string, times: string) {
    this.#vitest = vitest;
    this.#tree = tree;
    this.#times = times;
    this.#lasting = existsSync(times) ? (JSON.parse(readFileSync(times, 'utf8')) as Record<string, number>) : {};
  }

  /** Milliseconds that a file took when it was last run so; null where nobody knows. */
  lasting(file: string): number | null {
    return this.#lasting[file] ?? null;
  }

  /** True of a test that has failed without any fault, and of every test of a file that did so twice. */
  failed(test: string): boolean {
    return [...this.#chance].some((one) => test === one || test.startsWith(`${one} > `) || test.startsWith(`${one}: `));
  }

  /**
   * Finds out what a file says without any fault. One that fails is run once more: where it fails again, it sees
   * nothing at all.
   */
  async check(file: string): Promise<void> {
    if (this.#sound.has(file)) return;
    const from = performance.now();
    const [first = null] = await runTests(this.#vitest, file, this.#tree, 0, 600_000);
    if (first !== null) this.#chance.add(first);
    this.#lasting[file] = performance.now() - from;
    const [again = null] = first === null ? [] : await runTests(this.#vitest, file, this.#tree, 0, 600_000);
    process.stdout.write(
      `soak faults – ${file} without any fault: ms=${this.#lasting[file].toFixed(0)}${first === null ? '' : ` failed once: ${first}`}\n`,
    );
    if (again !== null) {
      process.stdout.write(`soak faults – ${file} fails without any fault: ${again}\n`);
      this.#chance.add(file);
    }
    this.#sound.add(file);
    writeFileSync(this.#times, JSON.stringify(this.#lasting, null, 1));
  }
}

/** What became of a fault: a test that saw it must not fail without it. */
async function sought(vitest: Vitest, fault: Fault, tree: string, faultless: Faultless): Promise<Outcome> {
  for (;;) {
    const outcome = await plant(vitest, fault, tree, faultless);
    if (outcome.by === null) return outcome;
    for (const file of Object.keys(outcome.texts)) await faultless.check(file);
    if (!faultless.failed(outcome.by)) return outcome;
  }
}

/** Runs the files one after another, the shortest first, until a test fails that has not failed by chance. */
async function plant(vitest: Vitest, fault: Fault, tree: string, faultless: Faultless): Promise<Outcome> {
  const path = join(tree, fault.file);
  const text = readFileSync(path, 'utf8');
  writeFileSync(path, planted(fault, text));
  vitest.invalidateFile(path);
  const texts: Record<string, string> = {};
  try {
    const order = fault.tests.toSorted((a, b) => (faultless.lasting(a) ?? 0) - (faultless.lasting(b) ?? 0));
    for (const file of order) {
      const failed = await runTests(vitest, file, tree, 1, 300_000 + 4 * (faultless.lasting(file) ?? 0));
      const by = failed.find((test) => !faultless.failed(test)) ?? null;
      const own = textOf(tree, file) ?? '';
      if (by !== null) return { by, texts: { [file]: own } };
      texts[file] = own;
    }
    return { by: null, texts };
  } finally {
    writeFileSync(path, text);
    vitest.invalidateFile(path);
  }
}

/**
 * The tests of a file that fail, until so many have (`bail`; 0: all). A run that has to be ended after `longest`
 * milliseconds says no more than that, for the machine may be busy; a file that cannot be loaded says nothing: that
 * would be seen of any nonsense.
 */
async function runTests(
  vitest: Vitest,
  file: string,
  tree: string,
  bail: number,
  longest: number,
): Promise<readonly string[]> {
  for (const { config } of [vitest, ...vitest.projects]) config.bail = bail;
  let endless = false;
  const timer = setTimeout(() => {
    endless = true;
    void vitest.cancelCurrentRun('keyboard-input');
  }, longest);
  try {
    await vitest.globTestSpecifications([file]);
    const specifications = vitest.getModuleSpecifications(join(tree, file));
    if (specifications.length === 0) throw new Error(`No such test: ${file}`);
    const ran = await vitest.runTestSpecifications(specifications);
    // Vitest answers what it ran before as well, with the outcome of then.
    const testModules = ran.testModules.filter((module) => module.moduleId === join(tree, file));
    if (testModules.length === 0) throw new Error(`${file} was not run`);
    const [unloaded] = testModules.flatMap((module) => module.errors());
    if (unloaded !== undefined) {
      process.stdout.write(`soak faults – ${file} cannot be loaded: ${unloaded.message}\n`);
      return [];
    }
    if (endless) process.stdout.write(`soak faults – ${file} had to be ended\n`);
    return [
      ...testModules.flatMap(failedIn),
      ...ran.unhandledErrors.map((error) => `${file}: ${inspect(error).slice(0, 300)}`),
    ];
  } finally {
    clearTimeout(timer);
  }
}

function failedIn(module: TestModule): string[] {
  const tests = [...module.children.allTests('failed')].map((test) => `${module.relativeModuleId} > ${test.fullName}`);
  const suites = [...module.children.allSuites()]
    .filter((suite) => suite.errors().length > 0)
    .map((suite) => `${module.relativeModuleId} > ${suite.fullName}`);
  return [...tests, ...suites];
}
