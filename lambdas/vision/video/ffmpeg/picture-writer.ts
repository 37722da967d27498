/** Decoded pictures as JPEG, upright and of bounded size. */
import { AV_CODEC_FLAG_QSCALE, AV_PIX_FMT_YUVJ420P, AVCOL_RANGE_JPEG, FF_ENCODER_MJPEG } from 'node-av/constants';
import {
  Codec,
  CodecContext,
  FFmpegError,
  Filter,
  type FilterContext,
  FilterGraph,
  Frame,
  Packet,
  Rational,
} from 'node-av/lib';

export interface PictureWriter {
  jpeg(frame: Frame): Uint8Array;
}

/** Of 2 to 31, best to worst: about what sharp calls 92. */
const QUALITY = 3;
/** FF_QP2LAMBDA. */
const LAMBDA = 118;

const must = (code: number): void => FFmpegError.throwIfError(code);

/** For pictures that are all like `first`. @param side longer side of the JPEGs, pixels @param turn filters that lay them upright */
export function pictureWriter(first: Frame, side: number, turn: readonly string[]): PictureWriter {
  const { width, height } = shownSize(first, side);
  const graph = new FilterGraph();
  graph.alloc();
  graph.nbThreads = 1;
  const source = filter(graph, 'buffer', sourceOf(first));
  const chain = [
    filter(graph, 'scale', `w=${width}:h=${height}:flags=area:out_range=pc`),
    ...turn.map((one) => filter(graph, ...(one.split('=') as [string, string?]))),
    filter(graph, 'format', 'pix_fmts=yuvj420p'),
    filter(graph, 'buffersink'),
  ];
  let last = source;
  for (const next of chain) {
    must(last.link(0, next, 0));
    last = next;
  }
  must(graph.configSync());
  const sink = last;
  const encoder = jpegEncoder(sink.buffersinkGetWidth(), sink.buffersinkGetHeight());
  return {
    jpeg(frame) {
      const drawn = new Frame();
      drawn.alloc();
      must(source.buffersrcAddFrameSync(frame));
      must(sink.buffersinkGetFrameSync(drawn));
      drawn.quality = QUALITY * LAMBDA;
      must(encoder.sendFrameSync(drawn));
      const packet = new Packet();
      packet.alloc();
      must(encoder.receivePacketSync(packet));
      const bytes = Uint8Array.from(packet.data ?? []);
      packet.free();
      drawn.free();
      return bytes;
    },
  };
}

function filter(graph: FilterGraph, name: string, options?: string): FilterContext {
  const kind = Filter.getByName(name);
  const made = kind && graph.createFilter(kind, `${name}${graph.nbFilters}`, options ?? null);
  if (!made) throw new Error(`FFmpeg has no filter ${name}=${options ?? ''}`);
  return made;
}

const sourceOf = ({ width, height, format, colorSpace, colorRange }: Frame): string =>
  `video_size=${width}x${height}:pix_fmt=${format}:time_base=1/1000:colorspace=${colorSpace}:range=${colorRange}`;

/** Pixels need not be square. */
function shownSize({ width, height, sampleAspectRatio: { num, den } }: Frame, side: number) {
  const aspect = num > 0 && den > 0 ? Math.min(4, Math.max(0.25, num / den)) : 1;
  const across = width * aspect;
  const scale = Math.min(1, side / Math.max(across, height));
  return { width: Math.max(2, Math.round(across * scale)), height: Math.max(2, Math.round(height * scale)) };
}

function jpegEncoder(width: number, height: number): CodecContext {
  const codec = Codec.findEncoderByName(FF_ENCODER_MJPEG);
  if (!codec) throw new Error('FFmpeg cannot write JPEGs');
  const encoder = new CodecContext();
  encoder.allocContext3(codec);
  Object.assign(encoder, {
    width,
    height,
    pixelFormat: AV_PIX_FMT_YUVJ420P,
    colorRange: AVCOL_RANGE_JPEG,
    FF_ENCODER_MJPEG,
  });
  encoder.timeBase = new Rational(1, 1000);
  encoder.threadCount = 1;
  encoder.setFlags(AV_CODEC_FLAG_QSCALE);
  encoder.globalQuality = QUALITY * LAMBDA;
  must(encoder.open2Sync(codec));
  return encoder;
}
