// @ts-check
/** Screenshots of a window have few colours: as indexed PNG they are a third of the size. */
import { crc32, deflateSync, inflateSync } from 'node:zlib';

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/**
 * A PNG with at most 256 colours; rarer ones become their nearest neighbour. Anything but plain 8-bit RGB or RGBA is
 * returned unchanged.
 * @param {Buffer} png @returns {Buffer}
 */
export function reducePng(png) {
  const { header, data } = chunksOf(png);
  const [width, height, depth, kind, interlace] = [
    header.readUInt32BE(0),
    header.readUInt32BE(4),
    header[8],
    header[9],
    header[12],
  ];
  const size = kind === 2 ? 3 : kind === 6 ? 4 : 0;
  if (depth !== 8 || size === 0 || interlace !== 0) return png;
  const pixels = unfilter(inflateSync(data), width * size, height, size);

  /** @type {Map<number, number>} */
  const counts = new Map();
  for (let at = 0; at < pixels.length; at += size) {
    const colour = colourAt(pixels, at);
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  const palette = paletteOf(counts);
  const index = new Map(palette.map((colour, at) => [colour, at]));
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0, at = 0, to = 0; y < height; y++) {
    to++;
    for (let x = 0; x < width; x++, at += size, to++) {
      const colour = colourAt(pixels, at);
      let found = index.get(colour);
      if (found === undefined) index.set(colour, (found = nearest(colour, palette)));
      rows[to] = found;
    }
  }
  const table = Buffer.alloc(palette.length * 3);
  palette.forEach((colour, at) => table.writeUIntBE(colour, at * 3, 3));
  const head = Buffer.from(header);
  head[9] = 3;
  const written = [
    chunk('IHDR', head),
    chunk('PLTE', table),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ];
  return Buffer.concat([signature, ...written]);
}

/** @param {Buffer} png */
function chunksOf(png) {
  const data = [];
  /** @type {Buffer} */
  let header = Buffer.alloc(13);
  for (let at = 8; at < png.length;) {
    const length = png.readUInt32BE(at);
    const name = png.toString('latin1', at + 4, at + 8);
    const body = png.subarray(at + 8, at + 8 + length);
    if (name === 'IHDR') header = body;
    if (name === 'IDAT') data.push(body);
    at += length + 12;
  }
  return { header, data: Buffer.concat(data) };
}

/** @param {string} name @param {Buffer} body */
function chunk(name, body) {
  const named = Buffer.concat([Buffer.from(name, 'latin1'), body]);
  const framed = Buffer.alloc(body.length + 12);
  framed.writeUInt32BE(body.length, 0);
  named.copy(framed, 4);
  framed.writeUInt32BE(crc32(named), body.length + 8);
  return framed;
}

/**
 * @param {Buffer} raw @param {number} stride @param {number} height @param {number} size bytes per pixel @returns
 *   {Buffer}
 */
function unfilter(raw, stride, height, size) {
  const out = Buffer.alloc(stride * height);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (stride + 1)] ?? 0;
    for (let x = 0; x < stride; x++) {
      const to = y * stride + x;
      const left = x >= size ? (out[to - size] ?? 0) : 0;
      const up = y > 0 ? (out[to - stride] ?? 0) : 0;
      const corner = x >= size && y > 0 ? (out[to - stride - size] ?? 0) : 0;
      const guess =
        filter === 1
          ? left
          : filter === 2
            ? up
            : filter === 3
              ? (left + up) >> 1
              : filter === 4
                ? paeth(left, up, corner)
                : 0;
      out[to] = (raw[to + y + 1] ?? 0) + guess;
    }
  }
  return out;
}

/** @param {number} left @param {number} up @param {number} corner */
function paeth(left, up, corner) {
  const guess = left + up - corner;
  const [byLeft, byUp, byCorner] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
  return byLeft <= byUp && byLeft <= byCorner ? left : byUp <= byCorner ? up : corner;
}

/** @param {Buffer} pixels @param {number} at */
const colourAt = (pixels, at) => pixels.readUIntBE(at, 3);

/** The most used colours, none too close to an earlier one. @param {Map<number, number>} counts @returns {number[]} */
function paletteOf(counts) {
  const byUse = [...counts].sort(([, one], [, other]) => other - one).map(([colour]) => colour);
  if (byUse.length <= 256) return byUse;
  /** @type {number[]} */
  const palette = [];
  for (const apart of [300, 0]) {
    for (const colour of byUse) {
      if (palette.length === 256) return palette;
      // Large areas keep their exact colour, however similar they are.
      const large = (counts.get(colour) ?? 0) > 2_000;
      if (!palette.includes(colour) && (large || palette.every((one) => distance(one, colour) > apart)))
        palette.push(colour);
    }
  }
  return palette;
}

/** @param {number} colour @param {readonly number[]} palette */
function nearest(colour, palette) {
  let best = 0;
  let least = Infinity;
  palette.forEach((one, at) => {
    const far = distance(one, colour);
    if (far < least) [best, least] = [at, far];
  });
  return best;
}

/** @param {number} one @param {number} other */
function distance(one, other) {
  const red = (one >> 16) - (other >> 16);
  const green = ((one >> 8) & 255) - ((other >> 8) & 255);
  const blue = (one & 255) - (other & 255);
  return 2 * red * red + 4 * green * green + 3 * blue * blue;
}
