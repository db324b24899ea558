// @ts-check
/**
 * `npm run check`: types, lint and floors, format, dead code, machine paths. Runs two gates at a time and prints one
 * line each.
 */
import { pathToFileURL } from 'node:url';
import { otherGates, typeGates } from './check/gates.mjs';
import { lastLines } from './lib/run.mjs';
import { seconds } from './lib/progress.mjs';

/** @returns {Promise<{ passed: number, failed: number }>} */
export async function check() {
  const counts = { passed: 0, failed: 0 };
  /** @param {import('./check/gates.mjs').Gate[]} gates */
  const lane = async (gates) => {
    for (const gate of gates) {
      const since = performance.now();
      const wrong = await gate.check().catch((error) => String(error));
      counts[wrong ? 'failed' : 'passed'] += 1;
      process.stdout.write(`check ${gate.name} … ${wrong ? 'FAILED' : 'ok'} ${seconds(since)}\n`);
      if (wrong) process.stdout.write(`${lastLines(wrong, 60)}\n`);
    }
  };
  await Promise.all([lane(typeGates()), lane(otherGates())]);
  return counts;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { passed, failed } = await check();
  process.stdout.write(`check: ${passed} passed, ${failed} failed\n`);
  process.exitCode = failed > 0 ? 1 : 0;
}
