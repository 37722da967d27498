import { rekognitionClient, vectorsClient } from '../adapters/aws-clients.ts';
import { rekognitionCollections, rekognitionGallery, rekognitionVault } from '../adapters/rekognition-gallery.ts';
import { type Vectors, vectorCollections, vectorsGallery } from '../adapters/vectors-gallery.ts';
import type { Collections, Faces, Gallery, TemplateVault } from '../ports.ts';
import { settings, variables } from './environment.ts';

const vectors = (): Vectors => ({
  client: vectorsClient(),
  bucket: variables('VECTOR_BUCKET').VECTOR_BUCKET,
  dimension: settings.vectors.dimension,
});

/** For functions without an engine: collections come and go, and faces go. */
export const openCollections = (): Collections =>
  settings.faceEngine === 'rekognition' ? rekognitionCollections(rekognitionClient()) : vectorCollections(vectors());

export const openGallery = (compare: Faces['compare']): Gallery =>
  settings.faceEngine === 'rekognition' ? rekognitionGallery(rekognitionClient()) : vectorsGallery(vectors(), compare);

/** @param sealed what seals templates, where the engine gives them away */
export const openVault = (sealed: TemplateVault): TemplateVault =>
  settings.faceEngine === 'rekognition' ? rekognitionVault(sealed, rekognitionClient()) : sealed;
