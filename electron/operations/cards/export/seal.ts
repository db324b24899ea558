import { Encrypter } from 'age-encryption';

/** What turns pieces of a file into pieces of an encrypted one. */
export interface Sealer {
  add(piece: Uint8Array): Promise<void>;
  end(): Promise<void>;
}

/**
 * Encrypts with a passphrase in the age format (scrypt, ChaCha20-Poly1305 in chunks): streamed, every chunk
 * authenticated, cut-off files are noticed, and `age -d` opens it. scrypt takes about a second of a thread.
 */
export async function sealer(passphrase: string, emit: (piece: Uint8Array) => void): Promise<Sealer> {
  const encrypter = new Encrypter();
  encrypter.setPassphrase(passphrase);
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  const sealed = await encrypter.encrypt(readable);
  const carried = (async () => {
    for await (const piece of sealed) emit(piece);
  })();
  // Whoever writes is told of it by the writer.
  carried.catch(() => undefined);
  return {
    add: (piece) => writer.write(piece),
    async end() {
      await writer.close();
      await carried;
    },
  };
}
