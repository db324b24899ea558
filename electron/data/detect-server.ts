import { openSocket, type Place } from './open-socket.js';

/** What answers at a port: recognised by its first bytes, or by its answer to a Redis PING. */
export type Protocol = 'mysql' | 'redis' | 'other' | 'silent';

/** Listens for a moment, then sends PING. Never throws; only for ports that a client could not understand. */
export function detectProtocol(place: Place, limit: number): Promise<Protocol> {
  return new Promise((resolve) => {
    const socket = openSocket(place);
    const end = (speaker: Protocol): void => {
      clearTimeout(ping);
      clearTimeout(last);
      socket.destroy();
      resolve(speaker);
    };
    const ping = setTimeout(() => socket.write('PING\r\n'), limit / 2);
    const last = setTimeout(() => end('silent'), limit);
    socket.on('error', () => end('silent'));
    socket.on('close', () => end('silent'));
    socket.once('data', (bytes) => end(speakerOf(bytes)));
  });
}

/** MySQL begins with a packet of protocol 10, or refuses with an error packet. */
function speakerOf(bytes: Buffer): Protocol {
  if (bytes[3] === 0 && (bytes[4] === 10 || bytes[4] === 0xff)) return 'mysql';
  return /^(\+PONG|-NOAUTH|-ERR|-DENIED|-LOADING|-MISCONF)/.test(bytes.toString('latin1')) ? 'redis' : 'other';
}
