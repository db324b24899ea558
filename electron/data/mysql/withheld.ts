import type { LocalizedText } from '../../contract/text.js';
import type { Sql } from './database.js';
import { isOn } from './moves.js';
import { ordinaryOf } from './refusals.js';

/** A row of SHOW VARIABLES or SHOW STATUS. */
interface Named {
  readonly Variable_name: string;
  readonly Value: string;
}

/** Why a server takes no writes, and what to do. */
interface Withheld {
  readonly text: LocalizedText;
  readonly hint: LocalizedText;
}

/** Why the server takes no writes now; null if it takes them. It may answer reads. Throws `unavailable`. */
export async function writesWithheld(sql: Sql, signal?: AbortSignal): Promise<Withheld | null> {
  const settings = await sql.rows<Named>(
    "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('read_only', 'super_read_only', 'wsrep_on')",
    [],
    signal,
  );
  // A server without Galera says that it is not ready for it, too.
  const galera = isOn(valueOf(settings, 'wsrep_on'))
    ? await sql.rows<Named>("SHOW GLOBAL STATUS LIKE 'wsrep_ready'", [], signal)
    : [];
  return withheldBy([...settings, ...galera]);
}

/** The same, by what the server has said. A write would be refused in the same words. */
export function withheldBy(said: readonly Named[]): Withheld | null {
  if (isOn(valueOf(said, 'read_only')) || isOn(valueOf(said, 'super_read_only'))) return refusedAs(1836);
  const ready = valueOf(said, 'wsrep_ready');
  return ready !== undefined && !isOn(ready) ? refusedAs(1047) : null;
}

function valueOf(said: readonly Named[], name: string): string | undefined {
  return said.find((one) => one.Variable_name === name)?.Value;
}

function refusedAs(errno: number): Withheld | null {
  return ordinaryOf(Object.assign(new Error(), { errno }));
}
