import type { ElectronApplication } from 'playwright';

/** The environment without variables that would change how Electron starts. */
export function cleanEnv(more?: Record<string, string | undefined>): Record<string, string>;

/** The command that starts the console: a program and its arguments. */
export function consoleCommand(args?: readonly string[], entry?: string): { executablePath: string; args: string[] };

export interface LaunchOptions {
  env?: Record<string, string | undefined>;
  args?: string[];
  /** Another program than the console, for Electron's main process. */
  entry?: string;
  /** A profile folder to use; without it, a temporary one that is deleted with the window. */
  userData?: string;
  /** A program that is started in place of Electron and starts it; it must be named `electron` too. */
  program?: string;
  timeout?: number;
}

/** Opens the console under Playwright's control. It must be built already. */
export function launchElectron(options?: LaunchOptions): Promise<ElectronApplication>;
