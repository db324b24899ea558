/** The two servers that speak MySQL's protocol. */
export type Engine = 'mariadb' | 'mysql';

export interface SqlEndpoint {
  engine: Engine;
  host: string;
  port: number;
  user: string;
  password: string;
}

export interface RedisEndpoint {
  host: string;
  port: number;
}

/** A private server under the test's command. */
export interface RunningServer<E> {
  endpoint: E;
  /** The process now; another one after `start()`. */
  pid(): number;
  /** SIGKILL, as a power cut would: what was committed is still there after `start()`. */
  kill(): Promise<void>;
  /** An orderly shutdown. */
  stop(): Promise<void>;
  /** Again, on the same port with the same data. */
  start(): Promise<void>;
  /** The last lines of the server's own log. */
  log(): string;
}

export interface Sandbox {
  mariadb: RunningServer<SqlEndpoint>;
  /** Null where MySQL could not be had. */
  mysql: RunningServer<SqlEndpoint> | null;
  redis: RunningServer<RedisEndpoint>;
  /** Ends the servers and removes their folder. */
  stop(): Promise<void>;
}
