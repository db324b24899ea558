/** How an SSH server is reached, checked and signed in to. */
export interface SshConfig {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** `SHA256:…` of the only key that the server may have. Without one, the server is refused, and its key is shown. */
  readonly hostKey?: string | undefined;
  /** key: by a file. agent: by what the machine's agent holds. password: by the account's. */
  readonly login: 'key' | 'agent' | 'password';
  /** Path of the private key; `~/` is the user's own folder. */
  readonly keyFile: string;
  /** The password of the account, or the passphrase of the key file. */
  readonly secret?: string;
  /** Socket of the agent. */
  readonly agent?: string;
}

/** Paces of a tunnel, in milliseconds. */
export interface TunnelPaces {
  /** Time within which the server must let us in. Shorter than the time that MySQL's connections have. */
  readonly ready: number;
  /** Time after which a server from which nothing comes is asked for a sign of life. */
  readonly alive: number;
  /** Time for which a tunnel that did not stand is not tried again. */
  readonly again: number;
  /** The same after a refusal that stays: servers shut out who knocks too often with a wrong key. */
  readonly refused: number;
}

export const standardPaces: TunnelPaces = { ready: 5_000, alive: 4_000, again: 500, refused: 30_000 };
