/** The two servers with MySQL's protocol. */
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

/** A private server that the test controls. */
export interface RunningServer<E> {
  endpoint: E;
  /** The current process; another one after `start()`. */
  pid(): number;
  /** SIGKILL, like a power cut: what was committed is still there after `start()`. */
  kill(): Promise<void>;
  /** A clean shutdown. */
  stop(): Promise<void>;
  /** Starts it again, on the same port with the same data. */
  start(): Promise<void>;
  /** The last lines of the server's own log. */
  log(): string;
}

export interface Sandbox {
  mariadb: RunningServer<SqlEndpoint>;
  /** Null if MySQL could not be installed. */
  mysql: RunningServer<SqlEndpoint> | null;
  redis: RunningServer<RedisEndpoint>;
  /** Ends the servers and removes their folder. */
  stop(): Promise<void>;
}
