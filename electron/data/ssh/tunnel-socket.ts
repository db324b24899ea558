import { Duplex } from 'node:stream';
import type { ClientChannel } from 'ssh2';

/**
 * One connection through a tunnel, as a socket: what the drivers use of Node's own sockets, on a channel of SSH. It
 * exists before its channel does, so that a driver can wait for it, limit the time and break it off as usual.
 */
export class TunnelSocket extends Duplex {
  connecting = true;
  bytesRead = 0;
  bytesWritten = 0;
  #channel: ClientChannel | null = null;
  /** Sends what was written before the channel was there. */
  #held: (() => void) | null = null;
  #idle: NodeJS.Timeout | undefined;

  constructor() {
    super({ allowHalfOpen: false });
  }

  /** The channel is open. */
  stand(channel: ClientChannel): void {
    this.#channel = channel;
    channel.on('data', (bytes: Buffer) => {
      this.bytesRead += bytes.length;
      this.#idle?.refresh();
      if (!this.push(bytes)) channel.pause();
    });
    channel.once('end', () => this.push(null));
    channel.on('error', (error: Error) => this.destroy(error));
    // What has arrived is read first, because a server's last words say why it closed.
    channel.once('close', () => {
      if (this.readableEnded || this.readableLength === 0) this.destroy();
      else this.once('end', () => this.destroy());
    });
    this.connecting = false;
    this.#held?.();
    this.#held = null;
    this.emit('connect');
  }

  override _read(): void {
    this.#channel?.resume();
  }

  override _write(bytes: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    const send = (): void => {
      this.bytesWritten += bytes.length;
      this.#idle?.refresh();
      this.#channel?.write(bytes, done);
    };
    if (this.#channel === null) this.#held = send;
    else send();
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#channel?.end();
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    clearTimeout(this.#idle);
    this.#channel?.destroy();
    done(error);
  }

  /** As a socket's: `timeout` after so many milliseconds without a byte; 0 for never. */
  setTimeout(milliseconds: number, listener?: () => void): this {
    clearTimeout(this.#idle);
    this.#idle = undefined;
    if (milliseconds > 0) {
      this.#idle = setTimeout(() => this.emit('timeout'), milliseconds).unref();
      if (listener !== undefined) this.once('timeout', listener);
    } else if (listener !== undefined) this.off('timeout', listener);
    return this;
  }

  // The one socket beneath all channels has these set.
  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}
