// @ts-check
/** Child processes that either succeed, or fail with the end of their output. */
import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { root } from './paths.mjs';

/** @typedef {{ cwd?: string, env?: NodeJS.ProcessEnv, timeoutMs?: number, idleMs?: number, input?: string }} RunOptions */
/** @typedef {{ code: number | null, stdout: string, output: string }} RunResult */

/** A command that failed; `output` is everything it printed. */
export class CommandFailed extends Error {
  /** @param {string} command @param {string} reason @param {string} output */
  constructor(command, reason, output) {
    super(`${command} ${reason}\n${lastLines(output, 25)}`);
    this.name = 'CommandFailed';
    this.output = output;
  }
}

/** @param {string} text @param {number} count @returns {string} the last lines of a text, indented */
export function lastLines(text, count) {
  return text
    .trimEnd()
    .split('\n')
    .slice(-count)
    .map((line) => `    ${line}`)
    .join('\n');
}

/**
 * Runs a command to its end and returns, whatever its exit code.
 * @param {string} command @param {readonly string[]} args @param {RunOptions} [options] @returns {Promise<RunResult>}
 */
export function attempt(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd ?? root,
      env: options.env ?? process.env,
      stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    let stdout = '';
    let output = '';
    /** @type {string | null} */
    let ended = null;
    /** @param {string} reason */
    const end = (reason) => {
      ended = reason;
      child.kill('SIGKILL');
    };
    const limit = options.timeoutMs ? setTimeout(() => end('took too long'), options.timeoutMs) : undefined;
    /** @type {NodeJS.Timeout | undefined} */
    let idle;
    const touch = () => {
      if (!options.idleMs) return;
      clearTimeout(idle);
      idle = setTimeout(() => end('made no progress'), options.idleMs);
    };
    touch();
    child.stdout?.setEncoding('utf8').on('data', (text) => {
      stdout += text;
      output += text;
      touch();
    });
    child.stderr?.setEncoding('utf8').on('data', (text) => {
      output += text;
      touch();
    });
    if (options.input !== undefined) child.stdin?.end(options.input);
    child.on('error', (error) => {
      clearTimeout(limit);
      clearTimeout(idle);
      reject(new CommandFailed(command, `could not be started: ${error.message}`, output));
    });
    child.on('close', (code) => {
      clearTimeout(limit);
      clearTimeout(idle);
      if (ended) reject(new CommandFailed(command, ended, output));
      else resolve({ code, stdout, output });
    });
  });
}

/**
 * Runs a command that must succeed; returns its standard output.
 * @param {string} command @param {readonly string[]} args @param {RunOptions} [options] @returns {Promise<string>}
 */
export async function run(command, args, options) {
  const { code, stdout, output } = await attempt(command, args, options);
  if (code !== 0)
    throw new CommandFailed([command, ...args].join(' ').slice(0, 200), `ended with code ${code}`, output);
  return stdout;
}

/**
 * @param {string} name @returns {string | null} the full path of a program; also searches the system folders if PATH
 *   lacks them
 */
export function which(name) {
  const folders = [
    ...(process.env.PATH ?? '').split(delimiter),
    '/usr/sbin',
    '/usr/local/sbin',
    '/sbin',
    '/usr/libexec',
  ];
  for (const folder of folders) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not in this folder.
    }
  }
  return null;
}
