import { createDesk } from './operations/desk/open-desk.js';
import { dataFolder } from './operations/desk/data-folder.js';
import { passphraseBox } from './operations/desk/passphrase-box.js';
import { handlers, jobHandlers } from './operations/index.js';
import { mask } from './router/mask.js';
import { createLog } from './router/log.js';
import { createRouter } from './router/router.js';
import { Refusal } from './contract/errors.js';
import { contract, type OperationName } from './contract/index.js';
import type { Definition } from './contract/operation.js';
import { translate } from './contract/text.js';
import { type Arguments, readArguments } from './terminal/arguments.js';
import { confirm } from './terminal/confirm.js';
import { exitCodes } from './terminal/exit.js';
import { followJob } from './terminal/follow.js';
import { help, helpFor, isOperation } from './terminal/help.js';
import { terminalHost } from './terminal/host.js';
import { leftOutWords } from './terminal/left-out.js';
import { pendingWords, proofIn } from './terminal/pending.js';
import { CallFailed, TerminalSession } from './terminal/session.js';

/** The same operations from a terminal. JSON goes to standard output, all messages to standard error. */
async function main(): Promise<number> {
  let words: Arguments;
  try {
    words = readArguments(process.argv.slice(2), process.env);
  } catch (error) {
    return complain(error, 'en');
  }
  const { language, operation } = words;
  if (words.version) return print(`${__MOONDESK_VERSION__}\n`);
  if (operation === null) return words.help ? print(help(language)) : (process.stderr.write(help(language)), 2);
  if (!isOperation(operation))
    return complain(
      new Refusal(
        'invalid_input',
        { zh: `没有操作 ${operation}`, en: `There is no operation ${operation}` },
        { hint: { zh: '一览见 moondesk --help。', en: 'moondesk --help lists them.' } },
      ),
      language,
    );
  if (words.help) return print(helpFor(operation, language));

  if (words.inputShown && holdsSecrets(operation, words.input))
    process.stderr.write(
      `moondesk: ${translate({ zh: '命令行上的密码或卡密会被本机其他账号看到；请用 - 或 @文件 传入', en: 'other accounts of this machine can see passwords and keys on the command line: give the input by - or @file' }, language)}\n`,
    );

  const folder = dataFolder(process.env);
  const host = terminalHost(folder, passphraseBox(process.env['MOONDESK_PASSPHRASE']), words.out);
  const desk = await createDesk({
    host,
    environment: process.env,
    jobHandlers,
    schedule: [],
    openAtStart: words.connection === undefined,
  });
  const session = new TerminalSession(createRouter({ handlers, desk, log: createLog(2, 'warn') }), desk, words);
  process.once('SIGINT', () => session.cancel());
  try {
    await session.prepare(operation);
    let input = withConnection(operation, words);
    if (words.yes) {
      const { input: confirmed, said } = await confirm(session, operation, input);
      if (said !== null) process.stderr.write(`${translate(said, language)}\n`);
      input = confirmed;
    }
    const value = await session.send(operation, input, words.key);
    const jobId = jobOf(value);
    if (jobId === null) {
      process.stderr.write(await pendingWords(session, proofIn(value), language));
      return print(jsonOf(value));
    }
    const job = await followJob(session, jobId);
    process.stderr.write(await leftOutWords(session, job, language));
    const [audit] = job.audits.slice(-1);
    if (audit !== undefined) {
      const proof = await session.call('audit.proof', { id: audit }).catch(() => null);
      process.stderr.write(await pendingWords(session, proof, language));
    }
    print(jsonOf(job));
    return job.state === 'done' ? 0 : job.state === 'cancelled' ? 130 : 1;
  } catch (error) {
    return complain(error, language);
  } finally {
    await desk.close();
  }
}

/** No one can sign in before there is an owner: so the name given with `--unlock` is sent with the call itself. */
function withConnection(operation: OperationName, { input, unlock }: Arguments): unknown {
  if (operation !== 'session.firstOwner' || unlock === undefined) return input;
  return typeof input === 'object' && input !== null ? { connection: unlock, ...input } : input;
}

function holdsSecrets(operation: OperationName, input: unknown): boolean {
  const masked = mask(input, (contract[operation] as Definition).secrets ?? []);
  return JSON.stringify(masked) !== JSON.stringify(input);
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

function jsonOf(value: unknown): string {
  return `${JSON.stringify(value, null, process.stdout.isTTY ? 2 : 0)}\n`;
}

function jobOf(value: unknown): string | null {
  if (typeof value !== 'object' || value === null || !('jobId' in value)) return null;
  return typeof value.jobId === 'string' ? value.jobId : null;
}

function complain(error: unknown, language: 'zh-CN' | 'en'): number {
  if (error instanceof CallFailed) {
    const { code, message, hint, details } = error.failure;
    process.stderr.write(
      `moondesk: ${message} [${code}]\n${hint === undefined ? '' : `  ${hint}\n`}${details === undefined ? '' : `  ${JSON.stringify(details)}\n`}`,
    );
    return exitCodes[code];
  }
  if (error instanceof Refusal) {
    process.stderr.write(
      `moondesk: ${translate(error.text, language)} [${error.code}]\n${error.hint === undefined ? '' : `  ${translate(error.hint, language)}\n`}`,
    );
    return exitCodes[error.code];
  }
  process.stderr.write(`moondesk: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return exitCodes.internal;
}

process.exitCode = await main();
