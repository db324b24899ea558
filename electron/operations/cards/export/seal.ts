import { Encrypter } from 'age-encryption';

/** Turns pieces of a file into pieces of an encrypted file. */
export interface Sealer {
  add(piece: Uint8Array): Promise<void>;
  end(): Promise<void>;
}

/**
 * Encrypts with a passphrase in the age format (scrypt, ChaCha20-Poly1305 in chunks). It works as a stream, every chunk
 * is authenticated, a cut-off file is noticed, and `age -d` opens it. scrypt takes about a second in the thread.
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
  // The writer reports the error to the caller.
  carried.catch(() => undefined);
  return {
    add: (piece) => writer.write(piece),
    async end() {
      await writer.close();
      await carried;
    },
  };
}
