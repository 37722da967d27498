import { type Frame, framedSides } from '../quality/edges.ts';
import { glare } from '../quality/glare.ts';
import { type Grey, mean, toGrey } from '../quality/grey.ts';
import type { DocumentLook, FaceLook, FoundFace, Look } from '../quality/judge.ts';
import { motion } from '../quality/motion.ts';
import { sharpness } from '../quality/sharpness.ts';
import type { Box } from './view.ts';

/** Looked at: a small picture of what is framed, and a patch of its middle as the camera gave it. Pixels. */
const LOOK_WIDTH = 240;
const PATCH = 192;

interface Drawn {
  readonly look: Look;
  readonly grey: Grey;
  readonly canvas: HTMLCanvasElement;
}

function pixelsOf(video: CanvasImageSource, box: Box, width: number, height: number, canvas: HTMLCanvasElement): Grey {
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) return { width: 0, height: 0, data: new Uint8Array() };
  context.drawImage(video, box.x, box.y, box.width, box.height, 0, 0, width, height);
  return toGrey(context.getImageData(0, 0, width, height));
}

/** Looks at a camera's picture, again and again; knows the picture before. */
export function createSampler(video: HTMLVideoElement) {
  const small = document.createElement('canvas');
  const patch = document.createElement('canvas');
  let before: Grey | undefined;
  const draw = (box: Box): Drawn => {
    const grey = pixelsOf(
      video,
      box,
      LOOK_WIDTH,
      Math.max(1, Math.round((LOOK_WIDTH * box.height) / box.width)),
      small,
    );
    const side = Math.min(PATCH, Math.floor(box.width), Math.floor(box.height));
    const middle = { x: box.x + (box.width - side) / 2, y: box.y + (box.height - side) / 2, width: side, height: side };
    const detail = pixelsOf(video, middle, side, side, patch);
    const look = {
      light: mean(grey),
      glare: glare(grey),
      sharpness: sharpness(detail),
      motion: before ? motion(before, grey) : Number.POSITIVE_INFINITY,
    };
    before = grey;
    return { look, grey, canvas: small };
  };
  return {
    document(box: Box, frame: Frame): DocumentLook {
      const { look, grey } = draw(box);
      return { ...look, sides: framedSides(grey, frame) };
    },
    async face(box: Box): Promise<FaceLook> {
      const { look, canvas } = draw(box);
      const faces = await findFaces(canvas);
      return { ...look, ...(faces && { faces }) };
    },
  };
}

/** Shape Detection API: in some browsers only, and there not for every picture. */
interface Detector {
  detect(image: CanvasImageSource): Promise<readonly { readonly boundingBox: DOMRectReadOnly }[]>;
}
let detector: Detector | null | undefined;

async function findFaces(canvas: HTMLCanvasElement): Promise<readonly FoundFace[] | undefined> {
  const { FaceDetector } = globalThis as { FaceDetector?: new (options: object) => Detector };
  if (detector === undefined)
    detector = FaceDetector ? new FaceDetector({ fastMode: true, maxDetectedFaces: 2 }) : null;
  if (!detector) return undefined;
  try {
    const found = await detector.detect(canvas);
    return found.map(({ boundingBox: { x, y, width, height } }) => ({
      width: width / canvas.width,
      centreX: (x + width / 2) / canvas.width,
      centreY: (y + height / 2) / canvas.height,
    }));
  } catch {
    // Announced but not there (no service behind it): as if it were not announced.
    detector = null;
    return undefined;
  }
}
