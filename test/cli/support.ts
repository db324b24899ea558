import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { cleanEnv } from '../../build/electron-app.mjs';
import { demoOwner } from '../../build/lib/demo-owner.mjs';
import { inRoot } from '../../build/lib/paths.mjs';

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

/** A user's shell: `moondesk` is on the path and knows the site. */
export class Shell {
  readonly folder = mkdtempSync(join(tmpdir(), 'moondesk-cli-'));
  readonly #env: Readonly<Record<string, string>>;

  /** `script`: the command of another place than this checkout. */
  constructor(site: Readonly<Record<string, string>>, script = inRoot('build', 'moondesk.mjs')) {
    const command = join(this.folder, 'moondesk');
    writeFileSync(command, `#!/bin/sh\nexec "${process.execPath}" "${script}" "$@"\n`);
    chmodSync(command, 0o755);
    this.#env = {
      ...site,
      PATH: `${this.folder}${delimiter}${process.env['PATH'] ?? ''}`,
      HOME: this.folder,
      MOONDESK_DATA: join(this.folder, 'data'),
      MOONDESK_OPERATOR: demoOwner.username,
      MOONDESK_PASSWORD: demoOwner.password,
      LC_ALL: 'C.UTF-8',
      TERM: 'xterm',
    };
  }

  /** Runs a line of sh, with `input` on standard input. */
  async run(line: string, input = '', more: Readonly<Record<string, string>> = {}): Promise<Ended> {
    const began = performance.now();
    const child = spawn('sh', ['-c', line], { env: this.#environment(more), cwd: this.folder, timeout: 60_000 });
    child.stdin.end(input);
    return ended(child, began);
  }

  /** Runs a line on a pseudo terminal; `stdout` is what the terminal shows. */
  terminal(line: string, columns = 100): Typing {
    const command = `stty cols ${String(columns)} rows 50 2>/dev/null; ${line}`;
    return new Typing(
      spawn('script', ['-qefc', command, '/dev/null'], {
        env: this.#environment({ SHELL: '/bin/sh' }),
        cwd: this.folder,
        timeout: 60_000,
      }),
    );
  }

  #environment(more: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
    return cleanEnv({ ...this.#env, ...more, MOONDESK_DEMO: undefined });
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A user at a pseudo terminal. */
export class Typing {
  readonly #child: ChildProcess;
  readonly #began = performance.now();
  readonly #end: Promise<Ended>;
  #shown = '';
  #read = 0;

  constructor(child: ChildProcess) {
    this.#child = child;
    child.stdout?.on('data', (bytes: Buffer) => (this.#shown += bytes.toString('utf8')));
    this.#end = ended(child, this.#began);
  }

  /** Waits for `text`; returns the output since the last call. Throws if the command ends before. */
  async see(text: string | RegExp, seconds = 20): Promise<string> {
    const limit = performance.now() + seconds * 1000;
    for (;;) {
      const fresh = this.#shown.slice(this.#read);
      if (typeof text === 'string' ? fresh.includes(text) : text.test(fresh)) {
        this.#read = this.#shown.length;
        return fresh;
      }
      if (performance.now() > limit || this.#child.exitCode !== null)
        throw new Error(`${String(text)} was not shown, but ${JSON.stringify(fresh)}`);
      await new Promise((resolve) => {
        setTimeout(resolve, 30);
      });
    }
  }

  type(keys: string): void {
    this.#child.stdin?.write(keys);
  }

  /** Waits for the command to end. */
  end(): Promise<Ended> {
    return this.#end;
  }

  /** Closes the terminal. */
  async close(): Promise<void> {
    this.#child.stdin?.end();
    this.#child.kill();
    await this.#end;
  }
}

async function ended(child: ChildProcess, began: number): Promise<Ended> {
  let [stdout, stderr] = ['', ''];
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.stdin?.on('error', () => undefined);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr, seconds: (performance.now() - began) / 1000 };
}
