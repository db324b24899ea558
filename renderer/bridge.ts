import type { Call, Envelope, ErrorCode, Events, Input, OperationName, Output } from './contract';

/** The functions that preload.ts gives to the window. The window cannot reach anything else of Electron. */
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

/** A call that failed. Code decides by `code`; `message` and `hint` are texts for people. */
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

/** Converts anything thrown to a BridgeError, so that pages show all failures in the same way. */
export function asBridgeError(error: unknown): BridgeError {
  if (error instanceof BridgeError) return error;
  return new BridgeError('internal', error instanceof Error ? error.message : String(error));
}

let language: Call['language'] = 'zh-CN';

/** Sets the language of error messages. i18n calls it when the language changes. */
export function speak(next: Call['language']): void {
  language = next;
}

/** A new idempotency key. Make one for each intention, and use the same key to retry that intention. */
export function newKey(): string {
  return crypto.randomUUID();
}

export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly idempotencyKey?: string;
}

/**
 * Calls one operation of the contract. Throws a BridgeError. An abort also cancels the operation in the main process.
 */
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

/** Listens to an event of the main process. Returns a function that stops listening. */
export function on<E extends keyof Events>(event: E, listener: (payload: Events[E]) => void): () => void {
  return window.moondesk?.on(event, listener) ?? (() => undefined);
}
