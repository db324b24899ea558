import { randomUUID } from 'node:crypto';
import type { Envelope } from '../contract/envelope.js';
import type { Connection } from '../contract/connections.js';
import type { Failure } from '../contract/envelope.js';
import type { Job } from '../contract/jobs.js';
import type { Input, OperationName, Output } from '../contract/index.js';
import { contract } from '../contract/index.js';
import type { Definition } from '../contract/operation.js';
import { type Language, translate } from '../contract/text.js';
import type { Desk } from '../operations/desk/desk.js';
import type { Router } from '../router/router.js';
import type { Arguments } from './arguments.js';
import { hinted } from './hints.js';
import { askPassword } from './password.js';

/** A failed call, with its envelope's failure. */
export class CallFailed extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

function interrupted(language: Language): Failure {
  return { code: 'cancelled', message: translate({ zh: '已取消', en: 'Cancelled' }, language) };
}

/**
 * Milliseconds after the start of this process by which a connection has to be open: with the clean-up, a silent server
 * is reported within eight seconds. Opening has at least `leastOpening`.
 */
const openBy = 5_000;
const leastOpening = 2_000;

function silentServer(language: Language, connection: Connection | undefined): Failure {
  const place = connection === undefined ? '' : ` (${connection.mysql.host}:${String(connection.mysql.port)})`;
  return {
    code: 'unavailable',
    message: translate(
      { zh: `数据库服务器没有应答${place}`, en: `The database server does not respond${place}` },
      language,
    ),
    hint: translate(
      {
        zh: '它接受了连接，但没有发送握手：检查主机、端口和中间的代理。',
        en: 'It accepts the connection but sends no greeting: check the host, the port and any proxy in between.',
      },
      language,
    ),
  };
}

/** Calls operations one after another on behalf of a user at a terminal. */
export class TerminalSession {
  readonly #router: Router;
  readonly #desk: Desk;
  readonly #arguments: Arguments;
  readonly #ending = new AbortController();
  #call: string | null = null;
  #left = false;

  constructor(router: Router, desk: Desk, words: Arguments) {
    this.#router = router;
    this.#desk = desk;
    this.#arguments = words;
  }

  /** True once Ctrl-C was pressed: no new call is started. */
  get cancelled(): boolean {
    return this.#ending.signal.aborted;
  }

  /** True if this process must end soon: a job is left to be continued by another one. */
  get left(): boolean {
    return this.#left;
  }

  /** Ends the running call and any question, on Ctrl-C. */
  cancel(): void {
    this.#ending.abort();
    if (this.#call !== null) this.#router.cancel(this.#call);
  }

  /** The same, and a job that is being followed is left as it is. */
  leave(): void {
    this.#left = true;
    this.cancel();
  }

  /** Opens the connection, signs in and unlocks, as far as the operation needs it. */
  async prepare(operation: OperationName): Promise<void> {
    const definition: Definition = contract[operation];
    await this.#open(definition);
    if (definition.role === 'anyone') return;
    const { operator } = this.#arguments;
    if (operator !== undefined) {
      const password = process.env['MOONDESK_PASSWORD'] ?? (await askPassword(`${operator}: `, this.#ending.signal));
      if (password !== null) await this.call('session.signIn', { username: operator, password });
    }
    // For as long as this command runs, which may be as long as a job.
    if (this.#arguments.unlock !== undefined)
      await this.call('session.unlock', { name: this.#arguments.unlock, minutes: 480 });
  }

  /**
   * Opens the named connection, or the one from the environment. If the latter fails, operations that need no site
   * continue. Throws CallFailed otherwise.
   */
  async #open({ scope, role }: Definition): Promise<void> {
    const { connection: wanted, language } = this.#arguments;
    const all = await this.#desk.connections();
    const found =
      wanted === undefined
        ? all.find(({ origin }) => origin !== 'saved')
        : all.find(({ id, name }) => id === wanted || name === wanted);
    const id = found?.id ?? wanted;
    if (id === undefined) return;
    const passphrase = process.env['MOONDESK_PASSPHRASE'];
    let silent = false;
    const limit = setTimeout(
      () => {
        silent = true;
        if (this.#call !== null) this.#router.cancel(this.#call);
      },
      Math.max(openBy - performance.now(), leastOpening),
    );
    try {
      await this.call('connections.open', { id, ...(passphrase === undefined ? {} : { passphrase }) });
    } catch (error) {
      if (wanted === undefined && scope === 'desk' && role === 'anyone') return;
      if (silent) throw new CallFailed(silentServer(language, found));
      throw error;
    } finally {
      clearTimeout(limit);
    }
  }

  /** One call; throws CallFailed. */
  async call<N extends OperationName>(operation: N, input: Input<N>, key?: string): Promise<Output<N>> {
    return (await this.send(operation, input, key)) as Output<N>;
  }

  /** The same with input from outside, which the router checks. */
  async send(operation: OperationName, input: unknown, key?: string): Promise<unknown> {
    if (this.cancelled) throw new CallFailed(interrupted(this.#arguments.language));
    return this.#send(operation, input, key);
  }

  /** The current state of a job, also after Ctrl-C. */
  async job(id: string): Promise<Job> {
    return (await this.#send('jobs.get', { id })) as Job;
  }

  /** Cancels a job, also after Ctrl-C. */
  async cancelJob(id: string): Promise<void> {
    await this.#send('jobs.cancel', { id });
  }

  async #send(operation: OperationName, input: unknown, key: string = randomUUID()): Promise<unknown> {
    this.#call = randomUUID();
    const answer: Envelope<unknown> = await this.#router.dispatch(
      { id: this.#call, operation, input, language: this.#arguments.language, idempotencyKey: key },
      { origin: 'terminal' },
    );
    this.#call = null;
    if (!answer.ok) {
      const { operation: asked, language } = this.#arguments;
      // Fields of any other call, such as the sign-in, are no options of this command.
      const isAsked = operation === asked || operation === `${asked}.preview`;
      throw new CallFailed(hinted(isAsked ? operation : null, answer.error, language));
    }
    return answer.value;
  }
}
