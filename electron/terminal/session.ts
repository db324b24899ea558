import { randomUUID } from 'node:crypto';
import type { Envelope } from '../contract/envelope.js';
import type { Failure } from '../contract/envelope.js';
import type { Input, OperationName, Output } from '../contract/index.js';
import { contract } from '../contract/index.js';
import type { Definition } from '../contract/operation.js';
import type { Desk } from '../operations/desk/desk.js';
import type { Router } from '../router/router.js';
import type { Arguments } from './arguments.js';
import { askPassword } from './password.js';

/** A call that did not work out, with what the envelope said. */
export class CallFailed extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

/** Calls operations one after another in the name of a person at a terminal. */
export class TerminalSession {
  readonly #router: Router;
  readonly #desk: Desk;
  readonly #arguments: Arguments;
  #call: string | null = null;

  constructor(router: Router, desk: Desk, words: Arguments) {
    this.#router = router;
    this.#desk = desk;
    this.#arguments = words;
  }

  /** Ends the call under way, as Ctrl-C asks for. */
  cancel(): void {
    if (this.#call !== null) this.#router.cancel(this.#call);
  }

  /** Opens the connection, signs in and unlocks, as far as the operation needs it. */
  async prepare(operation: OperationName): Promise<void> {
    const definition: Definition = contract[operation];
    const wanted = this.#arguments.connection;
    if (wanted !== undefined) {
      const all = await this.#desk.connections();
      const found = all.find((connection) => connection.id === wanted || connection.name === wanted);
      await this.call('connections.open', {
        id: found?.id ?? wanted,
        ...(process.env['MOONDESK_PASSPHRASE'] === undefined ? {} : { passphrase: process.env['MOONDESK_PASSPHRASE'] }),
      });
    }
    if (definition.role === 'anyone') return;
    const { operator } = this.#arguments;
    if (operator !== undefined) {
      const password = process.env['MOONDESK_PASSWORD'] ?? (await askPassword(`${operator}: `));
      if (password !== null) await this.call('session.signIn', { username: operator, password });
    }
    if (this.#arguments.unlock !== undefined)
      await this.call('session.unlock', { name: this.#arguments.unlock, minutes: 5 });
  }

  /** One call; throws CallFailed. */
  async call<N extends OperationName>(operation: N, input: Input<N>, key?: string): Promise<Output<N>> {
    return (await this.send(operation, input, key)) as Output<N>;
  }

  /** The same with input from outside, which the router checks. */
  async send(operation: OperationName, input: unknown, key: string = randomUUID()): Promise<unknown> {
    this.#call = randomUUID();
    const answer: Envelope<unknown> = await this.#router.dispatch(
      { id: this.#call, operation, input, language: this.#arguments.language, idempotencyKey: key },
      { origin: 'terminal' },
    );
    this.#call = null;
    if (!answer.ok) throw new CallFailed(answer.error);
    return answer.value;
  }
}
