/** A file in memory, opened by FFmpeg, and what decodes its tracks. */
import { AVERROR_EOF, AVSEEK_CUR, AVSEEK_END, AVSEEK_SIZE } from 'node-av/constants';
import { Codec, CodecContext, type CodecParameters, FormatContext, IOContext } from 'node-av/lib';

/** FFmpeg's readers that may be used: none of them opens anything else. Playlists would. */
const READERS = 'mov,matroska';
/** FFmpeg's decoders that may be used. */
const DECODERS = ['h264', 'hevc', 'vp8', 'vp9', 'libdav1d', 'mpeg4', 'h263', 'bmp'];
const READ_BYTES = 1 << 18;

/** Undefined where it is none of the formats that are taken, or has more tracks than that. */
export async function openMedia(bytes: Uint8Array, mostTracks: number): Promise<FormatContext | undefined> {
  const format = new FormatContext();
  format.allocContext();
  format.pb = memory(bytes);
  format.maxStreams = mostTracks;
  format.setOption('format_whitelist', READERS);
  format.setOption('codec_whitelist', DECODERS.join());
  // There is no protocol of this name.
  format.setOption('protocol_whitelist', 'none');
  const opened = (await format.openInput('')) >= 0 && (await format.findStreamInfo()) >= 0;
  return opened ? format : undefined;
}

/** @param parameters of the track, or the name of the decoder @param pixels most of a picture: a container may lie about its size */
export function openDecoder(parameters: CodecParameters | 'bmp', pixels: number): CodecContext | undefined {
  const decoders = DECODERS.map((name) =>
    Codec.findDecoderByName(name as Parameters<typeof Codec.findDecoderByName>[0]),
  );
  const codec = decoders.find((one) => (parameters === 'bmp' ? one?.name === 'bmp' : one?.id === parameters.codecId));
  if (!codec) return undefined;
  const decoder = new CodecContext();
  decoder.allocContext3(codec);
  if (parameters !== 'bmp' && parameters.toContext(decoder) < 0) return undefined;
  decoder.threadCount = 2;
  decoder.setOption('max_pixels', String(pixels));
  return decoder.open2Sync(codec) < 0 ? undefined : decoder;
}

/** FFmpeg's view of a file that is none. */
function memory(bytes: Uint8Array): IOContext {
  const { length } = bytes;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, length);
  const io = new IOContext();
  let at = 0;
  const read = (size: number) => {
    if (at >= length) return AVERROR_EOF;
    const part = buffer.subarray(at, at + size);
    at += part.length;
    return part;
  };
  const seek = (offset: bigint, whence: number) => {
    if ((whence & AVSEEK_SIZE) !== 0) return BigInt(length);
    const from = whence === AVSEEK_CUR ? at : whence === AVSEEK_END ? length : 0;
    at = Math.max(0, from + Number(offset));
    return BigInt(at);
  };
  io.allocContextWithCallbacks(READ_BYTES, 0, read, null, seek);
  return io;
}
