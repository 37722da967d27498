/** Where text is: PP-OCRv4's differentiable-binarisation detector (M. Liao et al., 2020). */
import { type Raster, resize } from '../picture.ts';
import type { ModelSession } from '../session.ts';
import { onlyInput } from '../session.ts';
import type { Stopwatch } from '../stopwatch.ts';
import { type Normalisation, planar } from '../tensor.ts';
import { regionsOf } from './regions.ts';
import { minAreaRect, type RotatedRect, scaled } from './rotated-rect.ts';

/** ImageNet statistics on BGR, as the network was trained. */
const INPUT: Normalisation = {
  order: 'bgr',
  mean: [0.485 * 255, 0.456 * 255, 0.406 * 255],
  deviation: [0.229 * 255, 0.224 * 255, 0.225 * 255],
};
/** The network halves five times. */
const MULTIPLE = 32;
const PIXEL_THRESHOLD = 0.3;
const BOX_THRESHOLD = 0.5;
/** The network is trained on shrunken text; boxes grow back by area × ratio ÷ perimeter. */
const UNCLIP_RATIO = 1.6;
const MIN_PIXELS = 12;
const MIN_HEIGHT = 1.5;

/** Probability of text per pixel. */
export interface TextMap {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

/** Boxes of text in the raster's pixels, `width` ≥ `height` each. `side`: the longer side that the network sees. */
export async function detectText(
  session: ModelSession,
  raster: Raster,
  side: number,
  watch: Stopwatch,
): Promise<RotatedRect[]> {
  const scale = side / Math.max(raster.width, raster.height);
  const width = multiple(raster.width * scale);
  const height = multiple(raster.height * scale);
  const input = await watch.time('detect', () => planar(resize(raster, width, height), INPUT));
  const output = await session.run({ [onlyInput(session)]: input }, watch);
  const map = { width, height, data: output[session.outputs[0] as string]?.data as Float32Array };
  return watch.time('detect', () =>
    textRects(map).map((rect) => scaled(rect, raster.width / width, raster.height / height)),
  );
}

const multiple = (length: number): number => Math.max(MULTIPLE, Math.round(length / MULTIPLE) * MULTIPLE);

/** Connected regions of the map as rectangles, grown to the text's full size. */
export function textRects({ width, data }: TextMap): RotatedRect[] {
  const rects: RotatedRect[] = [];
  const text = Uint8Array.from(data, (probability) => (probability < PIXEL_THRESHOLD ? 0 : 1));
  for (const { pixels, outline } of regionsOf(text, width)) {
    const sum = pixels.reduce((total, i) => total + (data[i] as number), 0);
    if (pixels.length < MIN_PIXELS || sum / pixels.length < BOX_THRESHOLD) continue;
    const rect = minAreaRect(outline());
    if (rect && rect.height >= MIN_HEIGHT) rects.push(grown(rect));
  }
  return rects;
}

/** Pixel centres → pixel edges, then out by the unclip distance. */
function grown(rect: RotatedRect): RotatedRect {
  const width = rect.width + 1;
  const height = rect.height + 1;
  const distance = (width * height * UNCLIP_RATIO) / (2 * (width + height));
  return { ...rect, width: width + 2 * distance, height: height + 2 * distance };
}
