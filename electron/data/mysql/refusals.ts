import { Refusal } from '../../contract/errors.js';
import { type Again, type Ordinary, ordinaryRefusals } from './error-table.js';

const byName = new Map<number | string, readonly Ordinary[]>();
for (const refusal of ordinaryRefusals)
  for (const name of refusal.of) byName.set(name, [...(byName.get(name) ?? []), refusal]);

interface ServerError {
  readonly code?: string;
  readonly errno?: number;
  readonly sqlState?: string;
  readonly message: string;
}

/** The line of the table for an error, by its number or else by the driver's code; null if it is in none. */
export function ordinaryOf(error: unknown): Ordinary | null {
  if (!(error instanceof Error)) return null;
  const { errno, code, message } = error as Error & Partial<ServerError>;
  const known = byName.get(errno ?? 0) ?? byName.get(code ?? '');
  return known?.find(({ when }) => when?.test(message) ?? true) ?? null;
}

/** What a call does after this error, instead of failing; null if it fails. A refusal counts as its cause. */
export function againAfter(error: unknown): Again | null {
  return ordinaryOf(error instanceof Refusal ? error.cause : error)?.calls ?? null;
}

/** The refusal for an error that is in the table; null for any other. */
export function ordinaryRefusal(error: Error & Partial<ServerError>): Refusal | null {
  const ordinary = ordinaryOf(error);
  if (ordinary === null) return null;
  const details = { sqlState: error.sqlState ?? null, errno: error.errno ?? null };
  return new Refusal(ordinary.code, ordinary.text, {
    hint: ordinary.hint,
    details: ordinary.words === true ? { ...details, message: error.message } : details,
    cause: error,
  });
}

/** True if the server refused a connection only because there are too many: of it, or of the account. */
export function isConnectionLimit(error: ServerError): boolean {
  return error.errno === 1040 || error.errno === 1203 || (error.errno === 1226 && /connections/.test(error.message));
}

/** True if waiting does not help before the account's next hour begins. */
export function isHourlyLimit(error: Pick<ServerError, 'message'>): boolean {
  return /per_hour/.test(error.message);
}
