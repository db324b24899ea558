import { contract } from './contract/index.js';
import { readArguments, spoken } from './terminal/arguments.js';
import { complain } from './terminal/complain.js';
import { exitCodes, outputLost } from './terminal/exit.js';
import { OutputLost, outliveReaders, outWidth, sayRaw, writeOut } from './terminal/output.js';
import { describedSchema } from './terminal/options/json-schema.js';

/**
 * The same operations from a terminal: results go to standard output, all messages to standard error. The code that
 * runs operations is loaded only when one runs, so that help is fast.
 */
async function main(words: readonly string[]): Promise<number> {
  const language = spoken(words, process.env);
  try {
    const [first] = words;
    if (first === 'completion' || first === 'complete') {
      const { completion } = await import('./terminal/completion.js');
      return await completion(words, language);
    }
    const asked = readArguments(words, process.env, { width: outWidth(), version: __MOONDESK_VERSION__ });
    if ('text' in asked) {
      if (!asked.failed) return await print(asked.text);
      sayRaw(asked.text);
      return exitCodes.invalid_input;
    }
    if (asked.schema)
      return await print(`${JSON.stringify(describedSchema(contract[asked.operation], language), null, 2)}\n`);
    const { run } = await import('./terminal/run.js');
    return await run(asked);
  } catch (error) {
    return error instanceof OutputLost ? outputLost : complain(error, language);
  }
}

async function print(text: string): Promise<number> {
  await writeOut(text);
  return 0;
}

outliveReaders();
process.exitCode = await main(process.argv.slice(2));
