import { createDesk } from '../operations/desk/open-desk.js';
import { dataFolder } from '../operations/desk/data-folder.js';
import { passphraseBox } from '../operations/desk/passphrase-box.js';
import { handlers, jobHandlers } from '../operations/index.js';
import { mask } from '../router/mask.js';
import { createLog } from '../router/log.js';
import { createRouter } from '../router/router.js';
import { contract, type OperationName } from '../contract/index.js';
import type { Definition } from '../contract/operation.js';
import { translate } from '../contract/text.js';
import { jobOf, writeAnswer } from './answer/answer.js';
import { type Arguments, isInputShown, readInput } from './arguments.js';
import { complain } from './complain.js';
import { exitCodes } from './exit.js';
import { confirm } from './confirm.js';
import { followJob, isUnderWay, leftJobText } from './follow.js';
import { terminalHost } from './host.js';
import { leftOutWords } from './left-out.js';
import { say, sayRaw } from './output.js';
import { askPassword } from './password.js';
import { pendingWords, proofIn, proofOfJob } from './pending.js';
import { printable, printableJson } from './printable.js';
import { TerminalSession } from './session.js';
import { heedSignals } from './signals.js';

/** Runs one operation; returns the exit code. Throws invalid_input before anything is done. */
export async function run(words: Arguments): Promise<number> {
  const { operation, language } = words;
  const input = await readInput(words, askPassword);
  if (isInputShown(words) && holdsSecrets(operation, input))
    say(
      translate(
        {
          zh: '命令行上的密码或卡密会被本机其他账号看到；请用 - 或 @文件 传入',
          en: 'other accounts of this machine can see passwords and keys on the command line: give the input by - or @file',
        },
        language,
      ),
    );
  const desk = await createDesk({
    host: terminalHost(dataFolder(process.env), passphraseBox(process.env['MOONDESK_PASSPHRASE']), words.out),
    environment: process.env,
    jobHandlers,
    schedule: [],
  });
  const log = createLog({ write: (line) => sayRaw(logText(line)) }, 'warn');
  const session = new TerminalSession(createRouter({ handlers, desk, log }), desk, words);
  const signalled = heedSignals(session);
  const codeOf = (code: number): number => (code === exitCodes.cancelled ? (signalled() ?? code) : code);
  try {
    await session.prepare(operation);
    return codeOf(await callAndAnswer(session, words, withConnection(operation, words, input)));
  } catch (error) {
    return codeOf(complain(error, language, words.format === 'json'));
  } finally {
    // A failure to close the connection must not change the exit code.
    await desk.close().catch((error: unknown) => complain(error, language));
  }
}

async function callAndAnswer(session: TerminalSession, words: Arguments, asked: unknown): Promise<number> {
  const { operation, language } = words;
  let input = asked;
  if (words.yes) {
    const { input: confirmed, said } = await confirm(session, operation, input);
    if (said !== null) sayRaw(`${printable(translate(said, language))}\n`);
    input = confirmed;
  }
  const value = await session.send(operation, input, words.key);
  const jobId = jobOf(operation, value);
  if (jobId === null) {
    sayRaw(await pendingWords(session, proofIn(value), language));
    return writeAnswer(words, value, null);
  }
  const job = await followJob(session, jobId);
  if (isUnderWay(job)) {
    say(leftJobText(job, language));
    return exitCodes.cancelled;
  }
  sayRaw(await leftOutWords(session, job, language));
  const [audit] = job.audits.slice(-1);
  if (audit !== undefined) sayRaw(await pendingWords(session, await proofOfJob(session, audit), language));
  return writeAnswer(words, value, job);
}

/** A line of the log: in full if something unexpected happened, otherwise as a sentence. */
function logText(line: string): string {
  const { level, msg, err } = JSON.parse(line) as { level: number; msg: string; err?: { message?: string } };
  if (level > warning) return printableJson(line);
  return `moondesk: ${printable(msg)}${err?.message === undefined ? '' : `: ${printable(err.message)}`}\n`;
}

const warning = 40;

/** No one can sign in before there is an owner: so the name given with `--unlock` is sent with the call itself. */
function withConnection(operation: OperationName, { unlock }: Arguments, input: unknown): unknown {
  if (operation !== 'session.firstOwner' || unlock === undefined) return input;
  return typeof input === 'object' && input !== null ? { connection: unlock, ...input } : input;
}

function holdsSecrets(operation: OperationName, input: unknown): boolean {
  const masked = mask(input, (contract[operation] as Definition).secrets ?? []);
  return JSON.stringify(masked) !== JSON.stringify(input);
}
