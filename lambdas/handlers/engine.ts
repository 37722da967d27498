import { join } from 'node:path';
import { rekognitionClient } from '../adapters/aws-clients.ts';
import { PICTURE_LIMITS, rekognitionFaces } from '../adapters/rekognition-faces.ts';
import { ok } from '../domain/result.ts';
import type { Faces, Vision } from '../ports.ts';
import { createDocuments, createVision, type Documents } from '../vision/engine.ts';
import { openPicture } from '../vision/open-picture.ts';
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

/** Documents by our own engine, faces, also those on documents, by another. */
const withFaces = (documents: Documents, faces: Faces): Vision => ({
  ...faces,
  capabilities: {
    modelSet: faces.capabilities.modelSet,
    models: { ...documents.capabilities.models, ...faces.capabilities.models },
    missing: { ...documents.capabilities.missing, ...faces.capabilities.missing },
  },
  async readDocumentFront(image, known) {
    const reading = known ? ok(known) : documents.read(image);
    const [document, portrait] = await Promise.all([reading, faces.readFace(image)]);
    if (!document.ok) return document;
    return portrait.ok ? ok({ document: document.value, portrait: portrait.value }) : portrait;
  },
  readDocumentBack: (image) => documents.read(image),
  async readDocument(image, { portrait, leastSide }) {
    const document = await documents.read(image, leastSide);
    if (!document.ok || !portrait) return document.ok ? ok({ document: document.value }) : document;
    const face = await faces.readFace(image);
    return face.ok ? ok({ document: document.value, portrait: face.value }) : face;
  },
});
