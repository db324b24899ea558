import type { ElectronApplication } from 'playwright-core';

/** The environment without what would change how Electron starts. */
export function cleanEnv(more?: Record<string, string | undefined>): Record<string, string>;

/** What starts the console: a program and its arguments. */
export function consoleCommand(args?: readonly string[]): { executablePath: string; args: string[] };

export interface LaunchOptions {
  env?: Record<string, string | undefined>;
  args?: string[];
  /** A profile folder to use; without it, a temporary one that goes with the window. */
  userData?: string;
  timeout?: number;
}

/** Opens the console under Playwright's control. The build must be there. */
export function launchElectron(options?: LaunchOptions): Promise<ElectronApplication>;
