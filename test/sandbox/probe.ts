import { connect } from 'node:net';

/** Connects, sends a message if given, and returns whether the first bytes of the answer are as expected. */
export function firstBytes(port: number, expected: (bytes: Buffer) => boolean, say?: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const end = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(1_000, () => end(false));
    socket.once('error', () => end(false));
    socket.once('close', () => end(false));
    socket.once('connect', () => say !== undefined && socket.write(say));
    socket.once('data', (bytes) => end(expected(bytes)));
  });
}
