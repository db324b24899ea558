import { randomUUID } from 'node:crypto';
import {
  type Connection,
  type ConnectionDraft,
  secretFields as names,
  type SecretField,
} from '../../contract/connections.js';
import { Refusal } from '../../contract/errors.js';
import type { LocalizedText } from '../../contract/text.js';
import { colourOf } from './colours.js';
import type { SecretBox } from './desk.js';
import type { Secrets } from './environment.js';
import { oneAtATime } from './json-file.js';
import { passphraseBox } from './passphrase-box.js';
import { type Profile, readProfiles, type StoredSecret, writeProfiles } from './profile-file.js';

/** The connections saved on this machine, with encrypted secrets. */
export class Profiles {
  readonly #folder: string;
  readonly #box: SecretBox;
  readonly #inTurn = oneAtATime();
  /** Secrets known to this process: those that may not be written to disk, and those opened with a passphrase. */
  readonly #known = new Map<string, Secrets>();
  notice: LocalizedText | null = null;

  constructor(folder: string, box: SecretBox) {
    this.#folder = folder;
    this.#box = box;
  }

  async list(): Promise<readonly Connection[]> {
    return (await this.#inTurn(() => this.#read())).map(shown);
  }

  async find(id: string): Promise<Connection | null> {
    return (await this.list()).find((connection) => connection.id === id) ?? null;
  }

  /** Saves a new connection or changes one. Throws not_found, conflict (the name is taken), invalid_input. */
  async save(id: string | undefined, draft: ConnectionDraft, passphrase: string | undefined): Promise<Connection> {
    return this.#inTurn(async () => {
      const profiles = await this.#read();
      const before = id === undefined ? undefined : profiles.find((profile) => profile.id === id);
      if (id !== undefined && before === undefined) throw unknown();
      if (profiles.some((profile) => profile.id !== id && profile.name === draft.name)) {
        throw new Refusal(
          'conflict',
          { zh: '已有同名的连接', en: 'A connection of this name is there already' },
          {
            hint: {
              zh: '换一个名称：解锁写入时要靠它认出站点。',
              en: 'Choose another: unlocking a site asks for its name.',
            },
          },
        );
      }
      const { mysqlPassword: _mysql, redisPassword: _redis, sshPassword: _ssh, ...rest } = draft;
      const next: Profile = {
        ...rest,
        id: before?.id ?? randomUUID(),
        colour: draft.colour ?? before?.colour ?? colourOf(draft.environment),
      };
      const known: Secrets = { ...(before === undefined ? {} : this.#known.get(before.id)) };
      for (const name of names) {
        const secret = this.#nextSecret(name, draft, before, passphrase, known);
        if (secret !== undefined) next[name] = secret;
      }
      await writeProfiles(
        this.#folder,
        before === undefined ? [...profiles, next] : profiles.map((profile) => (profile === before ? next : profile)),
      );
      this.#known.set(
        next.id,
        Object.fromEntries(
          names.flatMap((name) => (next[name] === undefined ? [] : [[name, draft[name] ?? known[name]]])),
        ),
      );
      return shown(next);
    });
  }

  async remove(id: string): Promise<boolean> {
    return this.#inTurn(async () => {
      const profiles = await this.#read();
      const left = profiles.filter((profile) => profile.id !== id);
      if (left.length === profiles.length) return false;
      await writeProfiles(this.#folder, left);
      this.#known.delete(id);
      return true;
    });
  }

  /**
   * The secrets of a saved connection. Throws not_found; invalid_input if a passphrase or password is needed;
   * unavailable if the keychain cannot open them.
   */
  async secrets(id: string, passphrase?: string): Promise<Secrets> {
    const profile = (await this.#inTurn(() => this.#read())).find((one) => one.id === id);
    if (profile === undefined) throw unknown();
    const known = this.#known.get(id) ?? {};
    const opened = Object.fromEntries(
      names.flatMap((name) => {
        const stored = profile[name];
        return stored === undefined ? [] : [[name, this.#open(stored, known[name], passphrase)]];
      }),
    );
    this.#known.set(id, opened);
    return opened;
  }

  /**
   * The stored secrets that a changed draft may still use. Refused if the draft points to another server, or would send
   * them without encryption.
   */
  async kept(id: string, draft: ConnectionDraft): Promise<Secrets> {
    const before = (await this.#inTurn(() => this.#read())).find((profile) => profile.id === id);
    if (before === undefined) throw unknown();
    for (const name of names)
      if (draft[name] === undefined && before[name] !== undefined && isNeeded(name, draft))
        refuseElsewhere(name, draft, before);
    return this.secrets(id);
  }

  async #read(): Promise<readonly Profile[]> {
    const { profiles, notice } = await readProfiles(this.#folder);
    this.notice = notice ?? this.notice;
    return profiles;
  }

  #nextSecret(
    name: SecretField,
    draft: ConnectionDraft,
    before: Profile | undefined,
    passphrase: string | undefined,
    known: Secrets,
  ): StoredSecret | undefined {
    const given = draft[name];
    if (given === '' || !isNeeded(name, draft)) return undefined;
    if (given !== undefined) return this.#seal(given, passphrase);
    const stored = before?.[name];
    if (before === undefined || stored === undefined) return undefined;
    refuseElsewhere(name, draft, before);
    // A given passphrase is used for all secrets of this connection.
    return passphrase === undefined ? stored : this.#seal(this.#open(stored, known[name], passphrase), passphrase);
  }

  #seal(secret: string, passphrase: string | undefined): StoredSecret {
    const box = passphrase === undefined ? this.#box : passphraseBox(passphrase);
    return box.kind === 'session' ? { scheme: 'session' } : { scheme: box.kind, sealed: box.seal(secret) };
  }

  #open(stored: StoredSecret, known: string | undefined, passphrase: string | undefined): string {
    if (stored.scheme === 'passphrase' && passphrase !== undefined)
      return passphraseBox(passphrase).open(stored.sealed);
    if (known !== undefined) return known;
    if (stored.scheme === 'session') {
      throw new Refusal(
        'invalid_input',
        {
          zh: '这个连接的密码只保存到控制台关闭为止',
          en: 'This connection’s password was kept only until the console closed',
        },
        {
          hint: { zh: '编辑连接，重新输入密码。', en: 'Edit the connection and type the password again.' },
          details: { needs: 'password' },
        },
      );
    }
    if (stored.scheme === this.#box.kind) return this.#box.open(stored.sealed);
    if (stored.scheme === 'passphrase') {
      throw new Refusal(
        'invalid_input',
        { zh: '这个连接需要口令', en: 'This connection needs its passphrase' },
        {
          hint: {
            zh: '输入保存时设定的口令；在终端里用 MOONDESK_PASSPHRASE。',
            en: 'Type the passphrase it was saved with; in a terminal, MOONDESK_PASSPHRASE.',
          },
          details: { needs: 'passphrase' },
        },
      );
    }
    throw new Refusal(
      'unavailable',
      {
        zh: '密码在系统密钥环中，这里打不开',
        en: 'The password is in the system’s keychain, which cannot be opened from here',
      },
      {
        hint: {
          zh: '在窗口中打开；要在终端中使用，保存连接时设一个口令。',
          en: 'Open it in the window; for the terminal, save the connection with a passphrase.',
        },
      },
    );
  }
}

/** False for the password of an SSH server that is not signed in to by one. */
function isNeeded(name: SecretField, { ssh }: ConnectionDraft): boolean {
  return name !== 'sshPassword' || (ssh !== undefined && ssh.login !== 'agent');
}

/** Whoever may edit a connection must not be able to send its stored password to another server. */
function refuseElsewhere(name: SecretField, draft: ConnectionDraft, before: Profile): void {
  if (sameWay(draft.ssh, before.ssh)) {
    if (name === 'sshPassword') {
      // It opens the key file, or goes to the server.
      if (draft.ssh?.login === before.ssh?.login && draft.ssh?.keyFile === before.ssh?.keyFile) return;
    } else if (sameServer(name, draft, before)) return;
  }
  throw new Refusal(
    'invalid_input',
    {
      zh: '主机、端口、加密方式或 SSH 变了，请重新输入密码',
      en: 'The host, the port, the encryption or SSH has changed: type the password again',
    },
    { details: { fields: [{ field: `draft.${name}`, problem: 'required' }] } },
  );
}

/** The same host and port are another server if they are seen from elsewhere. */
function sameWay(now: ConnectionDraft['ssh'], then: ConnectionDraft['ssh']): boolean {
  return now?.host === then?.host && now?.port === then?.port && now?.hostKey === then?.hostKey;
}

function sameServer(name: 'mysqlPassword' | 'redisPassword', draft: ConnectionDraft, before: Profile): boolean {
  const [now, then] = name === 'mysqlPassword' ? [draft.mysql, before.mysql] : [draft.redis, before.redis];
  const weaker =
    (then.tls.enabled && (!now.tls.enabled || (then.tls.verify && !now.tls.verify) || now.tls.ca !== then.tls.ca)) ||
    (name === 'mysqlPassword' && opensUp(draft.mysql, before.mysql));
  return now.host === then.host && now.port === then.port && !weaker;
}

/**
 * Without TLS, the settings of the connection decide who gets the MySQL password. True if a server could now get it
 * that could not before.
 */
function opensUp(now: ConnectionDraft['mysql'], then: ConnectionDraft['mysql']): boolean {
  return (
    (now.allowPlainPassword === true && then.allowPlainPassword !== true) ||
    (now.serverPublicKey !== undefined && now.serverPublicKey !== then.serverPublicKey) ||
    (now.tls.enabled && !then.tls.enabled && (!now.tls.verify || now.tls.ca !== undefined))
  );
}

function unknown(): Refusal {
  return new Refusal('not_found', { zh: '没有这个连接', en: 'There is no such connection' });
}

function shown(profile: Profile): Connection {
  const { mysqlPassword, redisPassword, sshPassword, ...rest } = profile;
  const schemes = new Set(
    [mysqlPassword, redisPassword, sshPassword].flatMap((secret) => (secret === undefined ? [] : [secret.scheme])),
  );
  const secrets = (['session', 'passphrase', 'keychain'] as const).find((scheme) => schemes.has(scheme)) ?? 'none';
  return { ...rest, origin: 'saved', secrets };
}
