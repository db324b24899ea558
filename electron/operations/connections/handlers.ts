import type { Connection, Diagnosis } from '../../contract/connections.js';
import type { LocalizedText } from '../../contract/text.js';
import type { DeskContext, HandlersOf } from '../context.js';
import { demoName } from '../desk/environment.js';
import { stateFor } from '../session/handlers.js';
import { diagnose, type Finding } from './diagnose.js';
import { migrate, planMigration } from './migrate.js';
import { schemaOf } from './schema.js';

export const connectionsHandlers = {
  'connections.list': async (_input, context) => {
    const { desk, say } = context;
    const connections = (await desk.connections()).map((connection) => named(connection, context));
    return { connections, secretStore: desk.host.secrets.kind, notice: desk.notice === null ? null : say(desk.notice) };
  },
  'connections.save': ({ id, draft, passphrase }, { desk }) => desk.save(id, draft, passphrase),
  'connections.remove': async ({ id }, { desk }) => ({ removed: await desk.remove(id) }),
  'connections.test': async (input, context) => {
    const config = await context.desk.config(input.id, 'draft' in input ? input.draft : undefined);
    return (await diagnose(config)).map((finding) => diagnosisOf(finding, context));
  },
  'connections.open': async ({ id, passphrase }, context) => {
    await context.desk.open(id, passphrase, context.signal);
    return stateFor(context);
  },
  'connections.close': async (_input, context) => {
    await context.desk.close();
    return stateFor(context);
  },
  'connections.schema': (_input, context) => schemaOf(context),
  'connections.migrate.preview': (input, context) => planMigration(input, context),
  'connections.migrate': (input, context) => migrate(input, context),
} satisfies HandlersOf<'connections'>;

function named(connection: Connection, { say }: DeskContext): Connection {
  return connection.origin === 'demo' ? { ...connection, name: say(demoName) } : connection;
}

function diagnosisOf(
  { part, trouble, fine, warning, version, milliseconds, hostKey }: Finding,
  { say }: DeskContext,
): Diagnosis {
  const sayOrNull = (text: LocalizedText | null): string | null => (text === null ? null : say(text));
  return {
    part,
    ok: trouble === null,
    fault: trouble?.fault ?? null,
    hostKey: hostKey ?? null,
    version,
    milliseconds,
    message: say(trouble?.text ?? fine),
    hint: sayOrNull(trouble === null ? warning : trouble.hint),
  };
}
