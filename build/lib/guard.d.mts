export interface Guard {
  /** From now on this process is ended with us; after a SIGTERM it gets `graceMs` to exit (0: SIGKILL at once). */
  add(pid: number, graceMs?: number): void;
  /** The process has ended: its pid may soon belong to another. */
  remove(pid: number): void;
  /** The folder is removed when we end. */
  folder(path: string): void;
  /** Does the remaining work now, and waits for it. */
  close(): Promise<void>;
}
/** Starts a watchdog: a small process that watches the pipe to this one. */
export function startGuard(): Guard;
