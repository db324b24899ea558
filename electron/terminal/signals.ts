import type { TerminalSession } from './session.js';

/** Exit codes of commands that a signal ended, as shells have them. */
const codes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** Milliseconds in which Ctrl-C counts once, however often it is pressed. */
const onePress = 1_000;

/**
 * Ctrl-C cancels the call or the job. Pressed again, or with any other signal, this process ends, and a job is left to
 * another one; a further signal ends it at once. Returns the exit code of the signal that ended it; null before.
 */
export function heedSignals(session: Heeding): () => number | null {
  let code: number | null = null;
  let pressed = -Infinity;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      if (signal === 'SIGINT' && performance.now() - pressed < onePress) return;
      pressed = performance.now();
      if (session.left) process.exit(codes[signal]);
      if (signal === 'SIGINT' && !session.cancelled) {
        session.cancel();
        return;
      }
      code = codes[signal];
      session.leave();
    });
  return () => code;
}

type Heeding = Pick<TerminalSession, 'cancelled' | 'left' | 'cancel' | 'leave'>;
