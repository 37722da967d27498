/** A picture of a format that only FFmpeg knows here, HEIC or BMP, as JPEG. */
import { AV_PIX_FMT_RGB24 } from 'node-av/constants';
import { type CodecContext, Frame, Packet, SoftwareScaleContext } from 'node-av/lib';
import type { ImageFault } from '../../../domain/evidence.ts';
import { fail, ok, type Result } from '../../../domain/result.ts';
import { type HeifPicture, heifPicture } from '../heif.ts';
import { isBmp } from '../still-format.ts';
import type { StillRequest } from '../video-messages.ts';
import { openDecoder, openMedia } from './open-media.ts';
import { pictureWriter } from './picture-writer.ts';

const MOST_TRACKS = 512;

export async function readStill({ bytes, pixels, side }: StillRequest): Promise<Result<Uint8Array, ImageFault>> {
  if (isBmp(bytes)) {
    const decoder = openDecoder('bmp', pixels);
    const packet = new Packet();
    packet.alloc();
    packet.data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    const frame = decoder && (await decoded(decoder, packet));
    return frame ? ok(pictureWriter(frame, side, []).jpeg(frame)) : fail('image_undecodable');
  }
  const picture = heifPicture(bytes);
  if (!picture) return fail('image_unsupported_format');
  if (picture.width * picture.height > pixels) return fail('image_too_many_pixels');
  const frame = await composed(bytes, picture, pixels);
  return frame ? ok(pictureWriter(frame, side, picture.turn).jpeg(frame)) : fail('image_undecodable');
}

/** The one picture that a packet holds. */
async function decoded(decoder: CodecContext, packet: Packet): Promise<Frame | undefined> {
  const frame = new Frame();
  frame.alloc();
  if ((await decoder.sendPacket(packet)) < 0) return undefined;
  await decoder.sendPacket(null);
  return (await decoder.receiveFrame(frame)) < 0 ? undefined : frame;
}

/** A grid's tiles beside each other; the one item of a picture that has no grid, as it is. */
async function composed(bytes: Uint8Array, picture: HeifPicture, pixels: number): Promise<Frame | undefined> {
  const tiles = await itemsOf(bytes, new Set(picture.items), pixels);
  const [first] = picture.items.map((item) => tiles.get(item));
  if (!first || picture.width === 0) return first;
  const { width, height } = picture;
  const whole = Buffer.alloc(width * height * 3);
  for (const [place, item] of picture.items.entries()) {
    const tile = tiles.get(item);
    if (!tile || tile.width !== first.width || tile.height !== first.height) return undefined;
    const [left, top] = [(place % picture.columns) * first.width, Math.floor(place / picture.columns) * first.height];
    const { data, stride } = rgb(tile);
    const across = Math.min(tile.width, width - left) * 3;
    for (let y = 0; y < Math.min(tile.height, height - top); y++) {
      if (across > 0) data.copy(whole, ((top + y) * width + left) * 3, y * stride, y * stride + across);
    }
  }
  return Frame.fromVideoBuffer(whole, { width, height, format: AV_PIX_FMT_RGB24 });
}

/** Items by their ids, which FFmpeg makes the ids of its tracks. */
async function itemsOf(bytes: Uint8Array, wanted: ReadonlySet<number>, pixels: number): Promise<Map<number, Frame>> {
  const items = new Map<number, Frame>();
  const format = await openMedia(bytes, MOST_TRACKS);
  const packet = new Packet();
  packet.alloc();
  while (format && (await format.readFrame(packet)) >= 0) {
    const track = format.streams[packet.streamIndex];
    if (track && wanted.has(track.id)) {
      const decoder = openDecoder(track.codecpar, pixels);
      const frame = decoder && (await decoded(decoder, packet));
      if (frame) items.set(track.id, frame);
    }
    packet.unref();
  }
  return items;
}

function rgb(tile: Frame): { readonly data: Buffer; readonly stride: number } {
  const { width, height, format } = tile;
  const scaler = new SoftwareScaleContext();
  scaler.getContext(width, height, format as Parameters<typeof scaler.getContext>[2], width, height, AV_PIX_FMT_RGB24);
  const drawn = new Frame();
  drawn.alloc();
  const made = scaler.scaleFrameSync(drawn, tile) >= 0 ? drawn.data?.[0] : undefined;
  if (!made) throw new Error('FFmpeg cannot draw a tile');
  // A copy: the frame's memory goes with the frame.
  return { data: Buffer.from(made), stride: drawn.linesize[0] ?? width * 3 };
}
