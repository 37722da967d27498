/** A photo of a person, uploaded: decoded, and looked at for faces. */
import type { Face, FaceReading, ImageFault } from '../domain/evidence.ts';
import { ok, type Result } from '../domain/result.ts';
import type { FaceEngine } from './face/engine.ts';
import { decodePicture, type ImageLimits } from './image.ts';
import { startStopwatch, sumStages } from './stopwatch.ts';

/** Longer side at which a photo is looked at first, where it is several times larger: the detector sees 256 pixels of it. */
const ENOUGH = 720;
/** Pixels that a face is wide in the embedders' chips: from there on, more of them show nothing new. */
const CHIP_FACE = 120;

/**
 * A phone's photo of twelve megapixels is looked at in a quarter of its size, and again in full where no face is found in it, or one
 * that the embedders would have to enlarge. All lengths are in pixels of the upload.
 */
export async function readFace(engine: FaceEngine, image: Uint8Array): Promise<Result<FaceReading, ImageFault>> {
  const first = await look(engine, image, { enough: ENOUGH });
  if (!first.ok) return first;
  const { reading, scale } = first.value;
  const wide = (reading.face?.box.width ?? 0) * scale >= CHIP_FACE;
  if (scale === 1 || wide) return ok(reading);
  const second = await look(engine, image, {});
  if (!second.ok) return second;
  return ok({ ...second.value.reading, stages: sumStages(reading.stages, second.value.reading.stages) });
}

async function look(engine: FaceEngine, image: Uint8Array, limits: ImageLimits) {
  const watch = startStopwatch();
  const picture = await watch.time('decode', () => decodePicture(image, limits));
  if (!picture.ok) return picture;
  const { scale } = picture.value;
  const { face, ...found } = await engine.read(picture.value);
  const stages = sumStages(watch.stages(), found.stages);
  const reading: FaceReading = { ...found, ...(face && { face: enlarged(face, 1 / scale) }), stages };
  return ok({ reading, scale });
}

/** The same face, in a picture that is so many times as large. */
function enlarged(face: Face, times: number): Face {
  if (times === 1) return face;
  const { box, view, landmarks } = face;
  return {
    ...face,
    box: { x: box.x * times, y: box.y * times, width: box.width * times, height: box.height * times },
    landmarks: landmarks.map((length) => length * times),
    ...(view && { view: { ...view, left: view.left * times, top: view.top * times, scale: view.scale / times } }),
  };
}
