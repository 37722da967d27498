import {
  type ComparedFace,
  CompareFacesCommand,
  DetectFacesCommand,
  type FaceDetail,
  ImageTooLargeException,
  InvalidImageFormatException,
  InvalidParameterException,
  type RekognitionClient,
  ResourceNotFoundException,
  SearchFacesByImageCommand,
} from '@aws-sdk/client-rekognition';
import {
  type Box,
  type CropTemplate,
  type Face,
  type ImageFault,
  type IndexedTemplate,
  type Measure,
  measured,
  unavailable,
} from '../domain/evidence.ts';
import { fingerprintDifference } from '../domain/fingerprint.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import type { Faces } from '../ports/vision.ts';
import { unless } from './expected-error.ts';
import { ATTRIBUTES, boxOf, expressionOf, MODEL_SET, poseOf, qualityOf, scoreOf } from './rekognition-face.ts';

/** An upload as vision makes it ready. Boxes and sizes are pixels of the upright upload. */
export interface PictureInHand {
  readonly width: number;
  readonly height: number;
  readonly jpeg: Uint8Array;
  cut(box: Box): Promise<{ readonly crop: Uint8Array; readonly fingerprint: string }>;
}

/**
 * What Rekognition takes: at least 80 pixels a side, 5 MB in a request ("Guidelines and quotas"). Beyond Full HD the smallest face
 * that it finds grows with the picture, so that more pixels find no more.
 */
export const PICTURE_LIMITS = { maxSide: 1920, minSide: 80, maxBytes: 5_000_000 } as const;

export interface RekognitionFacesDeps {
  readonly client: RekognitionClient;
  /** Within `PICTURE_LIMITS`. */
  readonly openPicture: (image: Uint8Array) => Promise<Result<PictureInHand, ImageFault>>;
}

const NO_LIVENESS = 'Rekognition does not judge a single picture for liveness.';
const NO_MESH = 'Rekognition gives no points of a face that could be followed from frame to frame.';

/** Faces alike enough to be listed when one of a collection is looked for. */
const MOST_ALIKE = 100;

/** Amazon Rekognition as the face engine: DetectFaces reads, CompareFaces and SearchFacesByImage compare. */
export const rekognitionFaces = ({ client, openPicture }: RekognitionFacesDeps): Faces => {
  const compare: Faces['compare'] = async (a, b) => {
    for (const { modelSet } of [a, b])
      if (modelSet !== MODEL_SET) return unavailable(`The template is of model set ${modelSet}, not ${MODEL_SET}.`);
    if ('crop' in a && 'crop' in b) return compareCrops(client, a, b);
    if ('crop' in a && 'faceId' in b) return compareWithIndexed(client, a, b);
    if ('faceId' in a && 'crop' in b) return compareWithIndexed(client, b, a);
    return unavailable('Rekognition compares a kept face with a picture only.');
  };
  return {
    capabilities: { modelSet: MODEL_SET, models: {}, missing: { liveness: NO_LIVENESS, parallax: NO_MESH } },

    async readFace(image) {
      const startedAt = performance.now();
      const picture = await openPicture(image);
      if (!picture.ok) return picture;
      const decodedAt = performance.now();
      const found = await detect(client, picture.value.jpeg);
      if (!found.ok) return found;
      const stages = { decode: decodedAt - startedAt, rekognition: performance.now() - decodedAt };
      const [prominent] = found.value.toSorted((x, y) => areaOf(y) - areaOf(x));
      if (!prominent) return ok({ faces: 0, stages });
      return ok({ faces: found.value.length, face: await faceOf(prominent, picture.value), stages });
    },

    compare,

    relate: async (a, b) => ({
      samePerson: await compare(a.template, b.template),
      parallax: unavailable(NO_MESH),
      difference: fingerprintDifference(a.fingerprint, b.fingerprint),
    }),
  };
};

async function detect(client: RekognitionClient, jpeg: Uint8Array): Promise<Result<FaceDetail[], ImageFault>> {
  try {
    const request = new DetectFacesCommand({ Image: { Bytes: jpeg }, Attributes: [...ATTRIBUTES] });
    return ok((await client.send(request)).FaceDetails ?? []);
  } catch (error) {
    if (error instanceof InvalidImageFormatException) return fail('image_unsupported_format');
    if (error instanceof ImageTooLargeException) return fail('image_too_many_pixels');
    throw error;
  }
}

const areaOf = ({ BoundingBox: box }: FaceDetail | ComparedFace): number => (box?.Width ?? 0) * (box?.Height ?? 0);

async function faceOf(detail: FaceDetail, picture: PictureInHand): Promise<Face> {
  const box = boxOf(detail.BoundingBox, picture.width, picture.height);
  const { crop, fingerprint } = await picture.cut(box);
  return {
    box,
    detection: (detail.Confidence ?? 0) / 100,
    pose: poseOf(detail),
    ...qualityOf(detail, box, picture.width, picture.height),
    template: { modelSet: MODEL_SET, crop },
    olderTemplates: [],
    expression: expressionOf(detail),
    landmarks: new Float32Array(),
    fingerprint,
    liveness: unavailable(NO_LIVENESS),
  };
}

/** Of the faces in the second crop only the largest counts, as in the first: whoever looks over a shoulder does not match. */
async function compareCrops(client: RekognitionClient, a: CropTemplate, b: CropTemplate): Promise<Measure> {
  const request = new CompareFacesCommand({
    SourceImage: { Bytes: a.crop },
    TargetImage: { Bytes: b.crop },
    SimilarityThreshold: 0,
    QualityFilter: 'NONE',
  });
  // How Rekognition says that the first picture has no face; in the second it just finds none.
  const found = await unless(InvalidParameterException, client.send(request));
  const matches = (found?.FaceMatches ?? []).map(({ Face, Similarity }) => ({ area: areaOf(Face ?? {}), Similarity }));
  const others = (found?.UnmatchedFaces ?? []).map((face) => ({ area: areaOf(face), Similarity: 0 }));
  const [largest] = [...matches, ...others].toSorted((x, y) => y.area - x.area);
  return largest
    ? measured(scoreOf(largest.Similarity ?? 0))
    : unavailable('Rekognition finds no face in one of the crops.');
}

async function compareWithIndexed(
  client: RekognitionClient,
  probe: CropTemplate,
  kept: IndexedTemplate,
): Promise<Measure> {
  const request = new SearchFacesByImageCommand({
    CollectionId: kept.collection,
    Image: { Bytes: probe.crop },
    MaxFaces: MOST_ALIKE,
    FaceMatchThreshold: 0,
    QualityFilter: 'NONE',
  });
  try {
    const { FaceMatches = [] } = await client.send(request);
    const match = FaceMatches.find(({ Face }) => Face?.FaceId === kept.faceId);
    if (match) return measured(scoreOf(match.Similarity ?? 0));
    // A full list is an answer: so many others are more alike. In a short one every face of the collection stands.
    return FaceMatches.length >= MOST_ALIKE
      ? measured(0)
      : unavailable('The kept face is not in its collection any more.');
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return unavailable('The collection of the kept face is gone.');
    if (error instanceof InvalidParameterException) return unavailable('Rekognition finds no face in the crop.');
    throw error;
  }
}
