export interface RunOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  timeoutMs?: number;
  idleMs?: number;
  input?: string;
}
export interface RunResult {
  code: number | null;
  stdout: string;
  output: string;
}
export class CommandFailed extends Error {
  constructor(command: string, reason: string, output: string);
  output: string;
}
export function lastLines(text: string, count: number): string;
export function attempt(command: string, args: readonly string[], options?: RunOptions): Promise<RunResult>;
export function run(command: string, args: readonly string[], options?: RunOptions): Promise<string>;
export function which(name: string): string | null;
