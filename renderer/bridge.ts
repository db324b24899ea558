import type { Call, Envelope, ErrorCode, Events, Input, OperationName, Output } from './contract';

/** What preload.ts lends to the window. Nothing else of Electron is within reach. */
interface MoondeskBridge {
  call(call: Call): Promise<Envelope<unknown>>;
  cancel(id: string): void;
  on<E extends keyof Events>(event: E, listener: (payload: Events[E]) => void): () => void;
}

declare global {
  interface Window {
    readonly moondesk?: MoondeskBridge;
  }
}

/** A call that was answered with a failure. Decide by `code`; `message` and `hint` are for people. */
export class BridgeError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | null;
  readonly details: unknown;

  constructor(code: ErrorCode, message: string, hint: string | null = null, details: unknown = null) {
    super(message);
    this.name = 'BridgeError';
    this.code = code;
    this.hint = hint;
    this.details = details;
  }
}

/** Any thrown thing as a BridgeError, so that a page shows every failure alike. */
export function asBridgeError(error: unknown): BridgeError {
  if (error instanceof BridgeError) return error;
  return new BridgeError('internal', error instanceof Error ? error.message : String(error));
}

let language: Call['language'] = 'zh-CN';

/** Messages of failures come back in this language. Set by i18n when the language changes. */
export function speak(next: Call['language']): void {
  language = next;
}

/** An idempotency key: make one for each intention, reuse it on a retry of the same intention. */
export function newKey(): string {
  return crypto.randomUUID();
}

export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly idempotencyKey?: string;
}

/** Asks for one operation of the contract. Throws a BridgeError; an abort cancels the work behind it, too. */
export async function call<N extends OperationName>(
  operation: N,
  input: Input<N>,
  options: CallOptions = {},
): Promise<Output<N>> {
  const bridge = window.moondesk;
  if (!bridge) throw new BridgeError('unavailable', 'window.moondesk is missing');
  const { signal, idempotencyKey } = options;
  if (signal?.aborted) throw new BridgeError('cancelled', 'cancelled');

  const id = crypto.randomUUID();
  const abort = () => bridge.cancel(id);
  signal?.addEventListener('abort', abort, { once: true });
  try {
    const envelope = await bridge.call({
      id,
      operation,
      input,
      language,
      ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    });
    if (envelope.ok) return envelope.value as Output<N>;
    const { code, message, hint, details } = envelope.error;
    throw new BridgeError(code, message, hint ?? null, details ?? null);
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}

/** Listens to what the main process tells by itself. Answers the way to stop. */
export function on<E extends keyof Events>(event: E, listener: (payload: Events[E]) => void): () => void {
  return window.moondesk?.on(event, listener) ?? (() => undefined);
}
