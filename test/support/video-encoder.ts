/** A process that makes a video of pictures, for `video.ts`: FFmpeg runs in no test's own process. */
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AV_CHANNEL_LAYOUT_MONO,
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_LOG_ERROR,
  AV_PIX_FMT_RGB24,
  AV_PIX_FMT_YUV420P,
  AV_PKT_DATA_DISPLAYMATRIX,
  AV_SAMPLE_FMT_FLTP,
  AVFMT_GLOBALHEADER,
} from 'node-av/constants';
import {
  Codec,
  CodecContext,
  FFmpegError,
  FormatContext,
  Frame,
  Log,
  Packet,
  Rational,
  SoftwareScaleContext,
  type Stream,
} from 'node-av/lib';
import type { EncoderRequest } from './video.ts';

const must = (code: number): void => FFmpegError.throwIfError(code);
/** 16.16 fixed point. */
const ONE = 65_536;

/** A display matrix (ISO/IEC 14496-12, 6.2.2) that turns the picture clockwise by so many quarter turns. */
function displayMatrix(quarterTurns: number): Buffer {
  const [sine, cosine] = [[0, 1, 0, -1][quarterTurns % 4] ?? 0, [1, 0, -1, 0][quarterTurns % 4] ?? 0];
  const values = [cosine * ONE, sine * ONE, 0, -sine * ONE, cosine * ONE, 0, 0, 0, 1 << 30];
  return Buffer.from(Int32Array.from(values).buffer);
}

function opened(format: FormatContext, name: string, more: (context: CodecContext) => void) {
  const codec = Codec.findEncoderByName(name as Parameters<typeof Codec.findEncoderByName>[0]);
  if (!codec) throw new Error(`No encoder ${name}.`);
  const context = new CodecContext();
  context.allocContext3(codec);
  more(context);
  if (((format.oformat?.flags ?? 0) & AVFMT_GLOBALHEADER) !== 0) context.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
  must(context.open2Sync(codec));
  const stream = format.newStream(codec);
  stream.timeBase = context.timeBase;
  must(stream.codecpar.fromContext(context));
  return { context, stream };
}

function write(format: FormatContext, context: CodecContext, stream: Stream, frame: Frame | null): void {
  must(context.sendFrameSync(frame));
  const packet = new Packet();
  packet.alloc();
  while (context.receivePacketSync(packet) >= 0) {
    packet.streamIndex = stream.index;
    packet.rescaleTs(context.timeBase, stream.timeBase);
    must(format.interleavedWriteFrameSync(packet));
  }
}

function encode(request: EncoderRequest, path: string): void {
  const { pictures, width, height, fps, codec, container, quarterTurns = 0, sound } = request;
  const format = new FormatContext();
  must(format.allocOutputContext2(null, container, path));
  const picture =
    sound === 'alone'
      ? undefined
      : opened(format, codec, (context) => {
          Object.assign(context, { width, height, pixelFormat: AV_PIX_FMT_YUV420P, gopSize: request.keyEvery ?? 100 });
          context.timeBase = new Rational(1, fps);
          context.framerate = new Rational(fps, 1);
          context.bitRate = 2_000_000n;
          context.threadCount = 2;
          for (const [name, value] of Object.entries(FAST[codec] ?? {})) must(context.setOption(name, value));
        });
  if (picture && quarterTurns > 0) {
    must(picture.stream.codecpar.addCodedSideData(AV_PKT_DATA_DISPLAYMATRIX, displayMatrix(quarterTurns)));
  }
  const track = sound
    ? opened(format, container === 'webm' ? 'libopus' : 'aac', (context) => {
        Object.assign(context, { sampleFormat: AV_SAMPLE_FMT_FLTP, sampleRate: 48_000 });
        context.channelLayout = MONO;
        context.timeBase = new Rational(1, 48_000);
      })
    : undefined;
  must(format.openOutputSync());
  must(format.writeHeaderSync());
  if (picture) {
    const scaler = new SoftwareScaleContext();
    scaler.getContext(width, height, AV_PIX_FMT_RGB24, width, height, AV_PIX_FMT_YUV420P);
    for (const [place, index] of request.order.entries()) {
      const from = Frame.fromVideoBuffer(Buffer.from(pictures[index] as Uint8Array), {
        ...{ width, height, format: AV_PIX_FMT_RGB24 },
      });
      const frame = new Frame();
      frame.alloc();
      must(scaler.scaleFrameSync(frame, from));
      frame.pts = BigInt(place);
      write(format, picture.context, picture.stream, frame);
      from.free();
      frame.free();
    }
    write(format, picture.context, picture.stream, null);
  }
  if (track) {
    const size = track.context.frameSize || 960;
    const blocks = Math.ceil(((request.order.length / fps) * 48_000) / size);
    for (let block = 0; block < blocks; block++) {
      const silence = Frame.fromAudioBuffer(Buffer.alloc(size * 4), {
        ...{ nbSamples: size, format: AV_SAMPLE_FMT_FLTP, sampleRate: 48_000, channelLayout: MONO },
      });
      silence.pts = BigInt(block * size);
      write(format, track.context, track.stream, silence);
    }
    write(format, track.context, track.stream, null);
  }
  must(format.writeTrailerSync());
  format.closeOutputSync();
}

const MONO = AV_CHANNEL_LAYOUT_MONO;

const FAST: Readonly<Record<string, Record<string, string>>> = {
  libx264: { preset: 'ultrafast' },
  libx265: { preset: 'ultrafast', 'x265-params': 'log-level=none' },
  libvpx: { deadline: 'realtime', 'cpu-used': '8' },
  'libvpx-vp9': { deadline: 'realtime', 'cpu-used': '8' },
  libsvtav1: { preset: '12' },
};

Log.setLevel(AV_LOG_ERROR);
process.once('message', (request: EncoderRequest) => {
  const path = join(tmpdir(), `selfsame-video-${process.pid}.${request.container}`);
  try {
    encode(request, path);
    process.send?.(readFileSync(path), () => process.disconnect());
  } finally {
    rmSync(path, { force: true });
  }
});
