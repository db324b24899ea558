import { constants, generateKeyPairSync, privateDecrypt, randomBytes } from 'node:crypto';
import { createServer, type Socket } from 'node:net';

/** A way in which a server may ask a client for the password itself. */
export type Asking = 'caching_sha2_password' | 'sha256_password' | 'mysql_clear_password' | 'mysql_old_password';

export interface FalseMysql {
  readonly port: number;
  /** How many clients it asked for their password. */
  asked(): number;
  /** The passwords that it got and could read. */
  readonly passwords: readonly string[];
  close(): Promise<void>;
}

const terminated = (text: string): Buffer => Buffer.from(`${text}\0`);

/**
 * CLIENT_LONG_PASSWORD, CONNECT_WITH_DB, PROTOCOL_41, TRANSACTIONS, SECURE_CONNECTION, PLUGIN_AUTH,
 * PLUGIN_AUTH_LENENC_CLIENT_DATA.
 */
const capabilities = 0x1 | 0x8 | 0x200 | 0x2000 | 0x8000 | 0x80000 | 0x200000;

function greeting(scramble: Buffer, plugin: string): Buffer {
  const body = Buffer.alloc(31);
  body.writeUInt32LE(7, 0);
  scramble.copy(body, 4, 0, 8);
  body.writeUInt16LE(capabilities & 0xffff, 13);
  body.writeUInt8(255, 15);
  body.writeUInt16LE(2, 16);
  body.writeUInt16LE(capabilities >>> 16, 18);
  body.writeUInt8(21, 20);
  return Buffer.concat([
    Buffer.from([10]),
    terminated('8.0.36'),
    body,
    scramble.subarray(8),
    Buffer.from([0]),
    terminated(plugin),
  ]);
}

/**
 * A fake MySQL server: it greets, and asks for the password in one of the ways of the protocol, with its own key. It
 * accepts only connections from this machine. `switches`: it greets as one kind and asks as another.
 */
export async function falseMysql(asking: Asking, { switches = false } = {}): Promise<FalseMysql> {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const passwords: string[] = [];
  const sockets = new Set<Socket>();
  let asked = 0;

  const read = (packet: Buffer, scramble: Buffer): void => {
    if (packet.length !== 256) {
      passwords.push(packet.toString('utf8').replace(/\0$/, ''));
      return;
    }
    const padding = constants.RSA_PKCS1_OAEP_PADDING;
    try {
      const clear = privateDecrypt({ key: privateKey, padding, oaepHash: 'sha1' }, packet);
      const text = clear.map((byte, at) => byte ^ (scramble[at % scramble.length] ?? 0));
      passwords.push(Buffer.from(text).toString('utf8').replace(/\0$/, ''));
    } catch {
      // Encrypted with another key.
    }
  };

  const server = createServer((socket) => {
    const scramble = Buffer.from(randomBytes(20).map((byte) => (byte % 126) + 1));
    let sequence = 0;
    let step: 'response' | 'scramble' | 'answer' = 'response';
    const send = (...parts: Uint8Array[]): void => {
      const body = Buffer.concat(parts);
      socket.write(Buffer.concat([Buffer.from([body.length & 255, body.length >> 8, 0, sequence]), body]));
    };
    const takeAnswer = (packet: Buffer): void => {
      // 1 and 2 are the two plugins' requests for the key.
      if (packet.length === 1 && (packet[0] === 1 || packet[0] === 2)) return send(Buffer.from([1]), Buffer.from(pem));
      read(packet, scramble);
      socket.end();
    };
    const take = (packet: Buffer): void => {
      if (step === 'answer') return takeAnswer(packet);
      const direct = asking === 'caching_sha2_password' && (step === 'scramble' || !switches);
      if (step === 'response' && (!direct || !packet.includes('caching_sha2_password'))) {
        // The answer to the greeting is not enough: the client has to answer in the requested way.
        step = asking === 'caching_sha2_password' ? 'scramble' : 'answer';
        if (step === 'answer') asked += 1;
        return asking === 'mysql_old_password'
          ? send(Buffer.from([0xfe]))
          : send(Buffer.from([0xfe]), terminated(asking), scramble, Buffer.from([0]));
      }
      step = 'answer';
      asked += 1;
      send(Buffer.from([1, 4]));
    };
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    let waiting: Buffer = Buffer.alloc(0);
    socket.on('data', (bytes: Buffer) => {
      waiting = Buffer.concat([waiting, bytes]);
      while (waiting.length >= 4 && waiting.length >= 4 + waiting.readUIntLE(0, 3)) {
        const length = waiting.readUIntLE(0, 3);
        sequence = (waiting[3] ?? 0) + 1;
        const packet = waiting.subarray(4, 4 + length);
        waiting = waiting.subarray(4 + length);
        take(packet);
      }
    });
    send(greeting(scramble, switches ? 'mysql_native_password' : asking));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    asked: () => asked,
    passwords,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
