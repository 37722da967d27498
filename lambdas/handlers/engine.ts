import { join } from 'node:path';
import { rekognitionClient } from '../adapters/aws-clients.ts';
import { PICTURE_LIMITS, rekognitionFaces } from '../adapters/rekognition-faces.ts';
import { ok } from '../domain/result.ts';
import type { Faces, Videos, Vision } from '../ports/vision.ts';
import { isPdf } from '../vision/document/pdf.ts';
import { lookFor } from '../vision/document/read-document.ts';
import { createDocuments, createVision, type Documents } from '../vision/engine.ts';
import { openPicture } from '../vision/open-picture.ts';
import { createVideos } from '../vision/video/videos.ts';
import { settings } from './environment.ts';

/**
 * What looks at images in this function. One thread: the function's other share of CPU decodes and talks.
 * @param modelsFolder relative to the function's root
 */
export async function openVision(modelsFolder: string): Promise<Vision> {
  const options = { folder: join(process.env.LAMBDA_TASK_ROOT ?? '.', modelsFolder), threads: 1 };
  if (settings.faceEngine === 'onnx') return createVision(options);
  const faces = rekognitionFaces({
    client: rekognitionClient(),
    openPicture: (image) => openPicture(image, PICTURE_LIMITS),
  });
  return withFaces(await createDocuments(options), faces);
}

/** What takes videos apart; where its libraries are missing, `missing` says so, and every video is `video_unavailable`. */
export const openVideos = (): Videos => createVideos();

/** Documents by our own engine, faces, also those on documents, by another. */
const withFaces = (documents: Documents, faces: Faces): Vision => ({
  ...faces,
  capabilities: {
    modelSet: faces.capabilities.modelSet,
    models: { ...documents.capabilities.models, ...faces.capabilities.models },
    missing: { ...documents.capabilities.missing, ...faces.capabilities.missing },
  },
  async readDocumentFront(image, known) {
    // The page of a PDF on which the portrait is comes out of reading it.
    if (isPdf(image)) {
      const seen = await documents.read(image);
      if (!seen.ok) return seen;
      const portrait = await faces.readFace(seen.value.picture);
      return portrait.ok ? ok({ document: seen.value.document, portrait: portrait.value }) : portrait;
    }
    const reading = known ? ok({ document: known }) : documents.read(image);
    const [seen, portrait] = await Promise.all([reading, faces.readFace(image)]);
    if (!seen.ok) return seen;
    return portrait.ok ? ok({ document: seen.value.document, portrait: portrait.value }) : portrait;
  },
  async readDocumentBack(image) {
    const seen = await documents.read(image);
    return seen.ok ? ok(seen.value.document) : seen;
  },
  async readDocument(image, asked) {
    const seen = await documents.read(image, lookFor(asked));
    if (!seen.ok || !asked.portrait) return seen.ok ? ok({ document: seen.value.document }) : seen;
    const face = await faces.readFace(seen.value.picture);
    return face.ok ? ok({ document: seen.value.document, portrait: face.value }) : face;
  },
});
