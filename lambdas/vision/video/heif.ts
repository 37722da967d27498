/** What a HEIF file (ISO/IEC 23008-12) says of its main picture: which coded items it is made of, and how it is to be shown. Pure. */

export interface HeifPicture {
  /** Items in rows, from the upper left; one where the picture is in one piece. */
  readonly items: readonly number[];
  readonly columns: number;
  /** Of the whole, before it is turned; a grid's last column and row may reach beyond it. 0: as large as its item. */
  readonly width: number;
  readonly height: number;
  /** FFmpeg's filters that lay it upright. */
  readonly turn: readonly string[];
}

interface Box {
  readonly type: string;
  /** Without its header. */
  readonly body: DataView;
}

/** A phone's 48 megapixels in tiles of 512 are 192. */
const MOST_ITEMS = 512;

/** Undefined for what is no such file, or none that is understood. */
export function heifPicture(bytes: Uint8Array): HeifPicture | undefined {
  try {
    const top = boxesOf(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    const meta = top[0]?.type === 'ftyp' ? top.find(({ type }) => type === 'meta') : undefined;
    return meta && pictureIn(boxesOf(after(meta.body, 4)));
  } catch (error) {
    // A number in it points beyond its end.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function pictureIn(meta: readonly Box[]): HeifPicture | undefined {
  const body = (type: string) => meta.find((box) => box.type === type)?.body;
  const handler = body('hdlr');
  const main = body('pitm');
  const properties = body('iprp');
  if (!handler || textAt(handler, 8) !== 'pict' || !main || !properties) return undefined;
  const id = main.getUint8(0) === 0 ? main.getUint16(4) : main.getUint32(4);
  const turn = turnOf(boxesOf(properties), id);
  const parts = partsOf(body('iref'), id);
  if (parts.length === 0) return { items: [id], columns: 1, width: 0, height: 0, turn };
  // 6.6.2.3.2: version, flags, rows - 1, columns - 1, width, height; the flag makes those two longer.
  const data = body('idat');
  const grid = data && gridAt(after(data, offsetIn(body('iloc'), id) ?? 0));
  if (!grid || grid.rows * grid.columns !== parts.length || parts.length > MOST_ITEMS) return undefined;
  return { items: parts, columns: grid.columns, width: grid.width, height: grid.height, turn };
}

function gridAt(view: DataView) {
  const long = (view.getUint8(1) & 1) === 1;
  return {
    rows: view.getUint8(2) + 1,
    columns: view.getUint8(3) + 1,
    width: long ? view.getUint32(4) : view.getUint16(4),
    height: long ? view.getUint32(8) : view.getUint16(6),
  };
}

/** Items that another is derived from (ISO/IEC 14496-12, 8.11.12). */
function partsOf(references: DataView | undefined, id: number): readonly number[] {
  if (!references) return [];
  const wide = references.getUint8(0) > 0 ? 4 : 2;
  const read = (view: DataView, at: number) => (wide === 4 ? view.getUint32(at) : view.getUint16(at));
  const own = boxesOf(after(references, 4)).find(({ type, body }) => type === 'dimg' && read(body, 0) === id)?.body;
  const count = own?.getUint16(wide) ?? 0;
  return own ? Array.from({ length: count }, (_, i) => read(own, wide + 2 + i * wide)) : [];
}

/** Where in `idat` an item begins (14496-12, 8.11.3, construction method 1); undefined where it is elsewhere. */
function offsetIn(locations: DataView | undefined, id: number): number | undefined {
  const version = locations?.getUint8(0) ?? 0;
  if (!locations || version < 1) return undefined;
  const sizes = locations.getUint16(4);
  const [offset, length, base, index] = [12, 8, 4, 0].map((shift) => (sizes >> shift) & 15) as [
    number,
    number,
    number,
    number,
  ];
  const wide = version === 2 ? 4 : 2;
  const read = (at: number, size: number) =>
    size === 8
      ? Number(locations.getBigUint64(at))
      : size === 4
        ? locations.getUint32(at)
        : size === 2
          ? locations.getUint16(at)
          : 0;
  const count = read(6, wide);
  let at = 6 + wide;
  for (let i = 0; i < count; i++) {
    const item = read(at, wide);
    const method = locations.getUint16(at + wide) & 15;
    const start = read(at + wide + 4, base);
    const extents = locations.getUint16(at + wide + 4 + base);
    at += wide + 6 + base;
    if (item === id && method === 1 && extents === 1) return start + read(at + index, offset);
    at += extents * (index + offset + length);
  }
  return undefined;
}

/** Turns and mirrors of an item, in the order in which they are to be done (6.5.10, 6.5.12). */
function turnOf(properties: readonly Box[], id: number): readonly string[] {
  const all = boxesOf(properties.find(({ type }) => type === 'ipco')?.body ?? new DataView(new ArrayBuffer(0)));
  const view = properties.find(({ type }) => type === 'ipma')?.body;
  if (!view) return [];
  const [wideId, widePlace] = [view.getUint8(0) > 0, (view.getUint8(3) & 1) === 1];
  const count = view.getUint32(4);
  let at = 8;
  for (let i = 0; i < count; i++) {
    const item = wideId ? view.getUint32(at) : view.getUint16(at);
    at += wideId ? 4 : 2;
    const places = view.getUint8(at++);
    const own = Array.from({ length: places }, (_, k) =>
      widePlace ? view.getUint16(at + k * 2) & 0x7fff : view.getUint8(at + k) & 0x7f,
    );
    at += places * (widePlace ? 2 : 1);
    if (item === id) return own.flatMap((place) => filtersOf(all[place - 1]));
  }
  return [];
}

function filtersOf(property: Box | undefined): readonly string[] {
  if (property?.type === 'irot') {
    const counterclockwise = property.body.getUint8(0) & 3;
    return [[], ['transpose=cclock'], ['hflip', 'vflip'], ['transpose=clock']][counterclockwise] ?? [];
  }
  if (property?.type === 'imir') return [(property.body.getUint8(0) & 1) === 0 ? 'vflip' : 'hflip'];
  return [];
}

function boxesOf(view: DataView): readonly Box[] {
  const boxes: Box[] = [];
  let at = 0;
  while (at + 8 <= view.byteLength) {
    const short = view.getUint32(at);
    const size = short === 1 ? Number(view.getBigUint64(at + 8)) : short === 0 ? view.byteLength - at : short;
    const header = short === 1 ? 16 : 8;
    if (size < header) break;
    const length = Math.min(size, view.byteLength - at) - header;
    boxes.push({ type: textAt(view, at + 4), body: new DataView(view.buffer, view.byteOffset + at + header, length) });
    at += size;
  }
  return boxes;
}

const after = (view: DataView, skipped: number): DataView =>
  new DataView(view.buffer, view.byteOffset + skipped, view.byteLength - skipped);

const textAt = (view: DataView, at: number): string =>
  String.fromCharCode(...[0, 1, 2, 3].map((i) => view.getUint8(at + i)));
