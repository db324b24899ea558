export interface Guard {
  /** From now on this process is ended with us; it gets `graceMs` to end by itself after a SIGTERM (0: SIGKILL at once). */
  add(pid: number, graceMs?: number): void;
  /** The process has ended: its number may soon belong to another. */
  remove(pid: number): void;
  /** The folder is removed with us. */
  folder(path: string): void;
  /** Does now what is still to be done, and waits for it. */
  close(): Promise<void>;
}
/** Starts a watchdog: a small process that watches the pipe to this one. */
export function startGuard(): Guard;
