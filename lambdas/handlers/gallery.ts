import { rekognitionClient, vectorsClient } from '../adapters/aws-clients.ts';
import { dynamoKeptFaces } from '../adapters/dynamo-kept-faces.ts';
import type { Table } from '../adapters/dynamo-table.ts';
import { rekognitionCollections, rekognitionGallery } from '../adapters/rekognition-gallery.ts';
import { rekognitionKeptFaces, rekognitionVault } from '../adapters/rekognition-vault.ts';
import { systemClock } from '../adapters/system.ts';
import { type Vectors, vectorCollections, vectorsGallery } from '../adapters/vectors-gallery.ts';
import type { Collections, Gallery, KeptFaces, TemplateVault } from '../ports/people.ts';
import type { Faces } from '../ports/vision.ts';
import { settings, variables } from './environment.ts';

const onRekognition = settings.faceEngine === 'rekognition';

const vectors = (): Vectors => ({
  client: vectorsClient(),
  bucket: variables('VECTOR_BUCKET').VECTOR_BUCKET,
  dimension: settings.vectors.dimension,
});
const notes = (table: Table) => dynamoKeptFaces(table, systemClock, settings.retention.templateDays);

/** For functions without an engine: collections come and go, and faces go. */
export const openCollections = (): Collections =>
  onRekognition ? rekognitionCollections(rekognitionClient()) : vectorCollections(vectors());

export const openGallery = (compare: Faces['compare']): Gallery =>
  onRekognition ? rekognitionGallery(rekognitionClient()) : vectorsGallery(vectors(), compare);

/** @param sealed what seals templates, where the engine gives them away */
export const openVault = (sealed: TemplateVault, table: Table): TemplateVault =>
  onRekognition ? rekognitionVault(sealed, rekognitionClient(), notes(table)) : sealed;

/** What the engine itself keeps: our own keeps nothing. */
export const openKeptFaces = (table: Table): KeptFaces =>
  onRekognition
    ? rekognitionKeptFaces(rekognitionClient(), notes(table))
    : { due: async () => [], forget: async () => {} };
