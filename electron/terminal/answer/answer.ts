import { contract, type OperationName } from '../../contract/index.js';
import type { Job } from '../../contract/jobs.js';
import { type Language, translate } from '../../contract/text.js';
import type { Arguments } from '../arguments.js';
import { exitCodes, outputLost } from '../exit.js';
import { outIsTerminal, OutputLost, outWidth, say, writeOut } from '../output.js';
import { printable, printableJson } from '../printable.js';
import { changeText, doneSentence, jobSentence } from './change.js';

type Words = Pick<Arguments, 'operation' | 'format' | 'language'>;

/**
 * Writes a result to standard output; returns the exit code. If the output is lost, a read returns `outputLost`; for
 * anything else, standard error says what was done, and the code does not change.
 */
export async function writeAnswer(words: Words, value: unknown, job: Job | null): Promise<number> {
  const code = job === null ? 0 : jobCode(job);
  try {
    await writeOut(await textOf(words, job ?? value, job));
    return code;
  } catch (error) {
    if (!(error instanceof OutputLost)) throw error;
    const { operation, language } = words;
    const lost = lostText(error, language);
    if (contract[operation].kind === 'read') {
      // A closed pipe means that the reader has read enough.
      if (error.code !== 'EPIPE') say(lost);
      return outputLost;
    }
    say(`${job === null ? doneSentence(operation, value, language) : jobSentence(job, language)} ${lost}`);
    return code;
  }
}

/** A job that failed has the exit code of a call that failed in the same way. */
function jobCode({ state, code }: Job): number {
  if (state === 'done') return 0;
  return exitCodes[state === 'cancelled' ? 'cancelled' : (code ?? 'internal')];
}

async function textOf({ operation, format, language }: Words, value: unknown, job: Job | null): Promise<string> {
  const terminal = outIsTerminal();
  if (format === 'csv') {
    const { csvOf } = await import('./csv.js');
    const text = csvOf(value, contract[operation].columns);
    return terminal ? text.split('\n').map(printable).join('\n') : text;
  }
  if (format === 'json' || !terminal)
    return terminal ? `${printableJson(JSON.stringify(value, null, 2))}\n` : `${JSON.stringify(value)}\n`;
  if (job !== null) return `${jobSentence(job, language)}\n${job.file === null ? '' : `  ${printable(job.file)}\n`}`;
  return changeText(operation, value, language) ?? (await readableText(value, language));
}

async function readableText(value: unknown, language: Language): Promise<string> {
  const { readable } = await import('./readable.js');
  return readable(value, outWidth(), language);
}

function lostText({ code }: OutputLost, language: Language): string {
  const reasons = {
    EPIPE: { zh: '管道已关闭', en: 'the pipe is closed' },
    ENOSPC: { zh: '磁盘已满', en: 'the disk is full' },
  } as const;
  const why = code in reasons ? reasons[code as keyof typeof reasons] : { zh: code, en: code };
  return translate({ zh: `结果未能输出：${why.zh}。`, en: `The output could not be written: ${why.en}.` }, language);
}

/** The id of the job that an operation started or continued; null for any other result. */
export function jobOf(operation: OperationName, value: unknown): string | null {
  if (typeof value !== 'object' || value === null) return null;
  // Without this process, it may be that nobody runs it.
  if (operation === 'jobs.resume' && 'id' in value) return String(value.id);
  if (!('jobId' in value)) return null;
  return typeof value.jobId === 'string' ? value.jobId : null;
}
