// @ts-check
/** What `npm start` and `npm run dev` have in common: whatever they start ends with them. */
import { startGuard } from '../lib/guard.mjs';
import { startXvfb } from '../lib/xvfb.mjs';
import { Ending } from './shutdown.mjs';

/** @typedef {{ guard: import('../lib/guard.mjs').Guard, ending: Ending }} Session */

/** @param {string} line a message for people: standard output is for nobody */
export const say = (line) => void process.stderr.write(`${line}\n`);

/**
 * Runs `start` until it returns or somebody asks for the end, closes what it has opened in reverse order, and exits.
 * @param {(session: Session) => Promise<number>} start returns the exit code @returns {Promise<never>}
 */
export async function runSession(start) {
  const ending = new Ending();
  const guard = startGuard();
  ending.add(() => guard.close());
  try {
    process.exitCode = await Promise.race([start({ guard, ending }), ending.asked.then(() => 0)]);
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
  await ending.close();
  process.exit();
}

/** @param {Session} session @returns {Promise<string>} the display that was started */
export async function virtualDisplay({ guard, ending }) {
  const { display, pid, stop } = await startXvfb();
  guard.add(pid, 2_000);
  ending.add(stop);
  return display;
}
