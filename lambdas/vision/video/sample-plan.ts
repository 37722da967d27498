/** Which pictures of a video are looked at, and what has to be decoded for them. Pure. */

/** A coded picture, in the order of the file; times in ms since the first one that is shown. */
export interface CodedPicture {
  readonly atMs: number;
  /** It can be decoded without any other. */
  readonly key: boolean;
}

export interface SamplePlan {
  /** For each frame wanted, in their order: from when to when it may be, and where it would best be, ms. */
  readonly windows: readonly { readonly from: number; readonly to: number }[];
  /** By place: whether the picture has to go through the decoder. */
  readonly needed: readonly boolean[];
}

/** Ms to either side within which the sharpest picture is taken: two or three of a phone's. */
const NEIGHBOURS = 50;

/** Fewest frames that a video is judged by, where it has them. */
const FEWEST = 8;

/**
 * At most so many frames, evenly over the video and no closer than `everyMs`; fewer where it has fewer. In a video with key frames far apart everything in front of a wanted
 * picture is needed, back to its key frame; where they are close, the rest is skipped.
 */
export function samplePlan(coded: readonly CodedPicture[], most: number, everyMs: number): SamplePlan {
  const shown = coded.map(({ atMs }) => atMs).toSorted((a, b) => a - b);
  const length = (shown.at(-1) ?? 0) - (shown[0] ?? 0);
  const spaced = everyMs > 0 ? Math.max(FEWEST, Math.floor(length / everyMs)) : most;
  const count = Math.min(most, spaced);
  const nearest = (at: number) => shown.reduce((best, one) => (Math.abs(one - at) < Math.abs(best - at) ? one : best));
  const middles =
    shown.length === 0 ? [] : Array.from({ length: count }, (_, i) => nearest((length * (i + 0.5)) / count));
  const reach = Math.min(NEIGHBOURS, length / count / 3);
  const windows = [...new Set(middles)].map((middle) => ({ from: middle - reach, to: middle + reach }));
  return { windows, needed: neededFor(coded, windows) };
}

function neededFor(coded: readonly CodedPicture[], windows: SamplePlan['windows']): readonly boolean[] {
  const wanted = coded.map(({ atMs }) => windows.some(({ from, to }) => atMs >= from && atMs <= to));
  const needed = coded.map(() => false);
  let start = 0;
  coded.forEach(({ key }, place) => {
    if (key) start = place;
    if (wanted[place]) needed.fill(true, start, place + 1);
  });
  return needed;
}
