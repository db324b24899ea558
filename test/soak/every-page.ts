/**
 * Every page and all that opens over it, by keys alone, in both languages and both themes, at twice the size and in
 * forced colours: `npm test` looks at each view in one theme a language. Leaves a picture of each in out/every-page.
 * The console is built, and there is a display.
 */
import { startVitest } from 'vitest/node';

export async function run(): Promise<void> {
  const folder = 'out/every-page';
  process.env['MOONDESK_EVERY_PAGE'] = folder;
  const vitest = await startVitest('test', ['test/e2e/every-page.test.ts'], { watch: false, project: 'e2e' });
  const failed = vitest.state.getCountOfFailedTests() + vitest.state.getUnhandledErrors().length;
  await vitest.close();
  process.stdout.write(`soak every-page pictures=${folder} failed=${String(failed)}\n`);
  if (failed > 0) throw new Error('Something is out of reach, or is not to be read or seen.');
}
