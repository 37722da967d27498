/** HEIF files (ISO/IEC 23008-12) as a phone writes them: HEVC pictures in tiles, laid out by a grid. */
import type { Raster } from '../../lambdas/vision/picture.ts';
import { encodeVideo } from './video.ts';

export interface HeicOptions {
  /** Of tiles beside each other; 1 with one tile: no grid. */
  readonly columns: number;
  /** Of the whole, which may be less than that of its tiles. */
  readonly width: number;
  readonly height: number;
  /** Counter-clockwise quarter turns by which it is to be shown. */
  readonly rotation?: number;
}

const u16 = (...numbers: number[]): Buffer => Buffer.concat(numbers.map((n) => Buffer.from([n >> 8, n & 255])));
const u32 = (...numbers: number[]): Buffer => Buffer.concat(numbers.map((n) => u16(n >>> 16, n & 0xffff)));
const box = (type: string, ...parts: Buffer[]): Buffer => {
  const body = Buffer.concat(parts);
  return Buffer.concat([u32(body.length + 8), Buffer.from(type, 'latin1'), body]);
};
const fullBox = (type: string, version: number, ...parts: Buffer[]): Buffer =>
  box(type, Buffer.from([version, 0, 0, 0]), ...parts);

/** Where the body of a box begins, found by its name alone. */
function bodyOf(file: Buffer, type: string): { readonly from: number; readonly to: number } {
  const at = file.lastIndexOf(type, file.length, 'latin1');
  return { from: at + 4, to: at - 4 + file.readUInt32BE(at - 4) };
}

/** Each tile coded by itself, and what a decoder has to know of all of them. */
async function coded(
  tiles: readonly Raster[],
): Promise<{ readonly hvcC: Buffer; readonly samples: readonly Buffer[] }> {
  const film = Buffer.from(await encodeVideo({ pictures: tiles, fps: 1, codec: 'libx265', keyEvery: 1 }));
  const [configuration, sizes, media] = ['hvcC', 'stsz', 'mdat'].map((type) => bodyOf(film, type));
  if (!configuration || !sizes || !media) throw new Error('It is no film.');
  let at = media.from;
  const samples = tiles.map((_, i) => {
    // All of one size, or each with its own (ISO/IEC 14496-12, 8.7.3).
    const size = film.readUInt32BE(sizes.from + 4) || film.readUInt32BE(sizes.from + 12 + i * 4);
    at += size;
    return film.subarray(at - size, at);
  });
  return { hvcC: film.subarray(configuration.from, configuration.to), samples };
}

/** @param tiles of one size, in rows from the upper left */
export async function heic(tiles: readonly Raster[], options: HeicOptions): Promise<Buffer> {
  const { columns, width, height, rotation = 0 } = options;
  const { hvcC, samples } = await coded(tiles);
  const [tile] = tiles as readonly [Raster];
  const ids = tiles.map((_, i) => i + 1);
  const single = tiles.length === 1;
  const main = single ? 1 : tiles.length + 1;
  const grid = Buffer.concat([Buffer.from([0, 0, tiles.length / columns - 1, columns - 1]), u16(width, height)]);
  const entry = (id: number, type: string) =>
    fullBox('infe', 2, u16(id, 0), Buffer.from(type, 'latin1'), Buffer.from([0]));
  const owns = (id: number, ...places: number[]) => Buffer.concat([u16(id), Buffer.from([places.length, ...places])]);
  const gridOnly = (...parts: Buffer[]) => (single ? [] : parts);
  const meta = (base: number): Buffer => {
    let at = base;
    const places = samples.map((sample, i) => {
      at += sample.length;
      return Buffer.concat([u16(i + 1, 0, 0, 1), u32(at - sample.length, sample.length)]);
    });
    return fullBox(
      'meta',
      0,
      fullBox('hdlr', 0, u32(0), Buffer.from('pict'), Buffer.alloc(13)),
      fullBox('pitm', 0, u16(main)),
      fullBox(
        'iinf',
        0,
        u16(single ? 1 : main),
        ...ids.map((id) => entry(id, 'hvc1')),
        ...gridOnly(entry(main, 'grid')),
      ),
      ...gridOnly(fullBox('iref', 0, box('dimg', u16(main, ids.length, ...ids)))),
      box(
        'iprp',
        box(
          'ipco',
          box('hvcC', hvcC),
          fullBox('ispe', 0, u32(tile.width, tile.height)),
          fullBox('ispe', 0, u32(width, height)),
          box('irot', Buffer.from([rotation])),
        ),
        fullBox(
          'ipma',
          0,
          u32(single ? 1 : main),
          ...ids.map((id) => (single ? owns(id, 0x81, 2, 0x84) : owns(id, 0x81, 2))),
          ...gridOnly(owns(main, 3, 0x84)),
        ),
      ),
      box('idat', grid),
      fullBox(
        'iloc',
        1,
        Buffer.from([0x44, 0]),
        u16(single ? 1 : main),
        ...places,
        ...gridOnly(Buffer.concat([u16(main, 1, 0, 1), u32(0, grid.length)])),
      ),
    );
  };
  const type = box('ftyp', Buffer.from('heic'), u32(0), Buffer.from('mif1heic'));
  return Buffer.concat([type, meta(type.length + meta(0).length + 8), box('mdat', ...samples)]);
}

/** A Windows bitmap of 24 bits, bottom row first. */
export function bmp({ width, height, data }: Raster): Buffer {
  const stride = Math.ceil((width * 3) / 4) * 4;
  const file = Buffer.alloc(54 + stride * height);
  file.write('BM');
  file.writeUInt32LE(file.length, 2);
  file.writeUInt32LE(54, 10);
  for (const [at, value] of [
    [14, 40],
    [18, width],
    [22, height],
    [26, 1 + (24 << 16)],
  ] as const)
    file.writeUInt32LE(value, at);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (y * width + x) * 3;
      const to = 54 + (height - 1 - y) * stride + x * 3;
      file.set([data[from + 2] as number, data[from + 1] as number, data[from] as number], to);
    }
  }
  return file;
}
