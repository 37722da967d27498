import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { BoundingBox, FaceDetail } from '@aws-sdk/client-rekognition';
import { misfits } from './rekognition-model.ts';

/** One face in a picture of these tests. */
export interface Pictured {
  readonly person: string;
  readonly box?: BoundingBox;
  /** Beside box and confidence. */
  readonly detail?: FaceDetail;
}

const JPEG = Buffer.from([0xff, 0xd8, 0xff, 0xe0]);
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47]);
const MOST_BYTES = 5 * 1024 * 1024;
const MODEL_VERSION = '7.0';

/** A picture in which these faces are seen: a JPEG's first bytes, and who is on it. */
export const picture = (...faces: readonly Pictured[]): Buffer =>
  Buffer.concat([JPEG, Buffer.from(JSON.stringify(faces))]);

const readPicture = (bytes: Buffer): readonly Pictured[] => JSON.parse(bytes.subarray(JPEG.length).toString());

class Refused extends Error {
  readonly status: number;
  readonly code: string;
  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

interface Indexed {
  readonly FaceId: string;
  readonly ImageId: string;
  readonly ExternalImageId?: string;
  readonly BoundingBox: BoundingBox;
  readonly Confidence: number;
  readonly person: string;
}

type Input = Readonly<Record<string, unknown>>;

const noFaces = () =>
  new Refused('InvalidParameterException', 'There are no faces in the image. Should be at least 1.');
const boxOf = ({ box }: Pictured): BoundingBox => box ?? { Left: 0.25, Top: 0.25, Width: 0.5, Height: 0.5 };
const areaOf = (face: Pictured): number => (boxOf(face).Width ?? 0) * (boxOf(face).Height ?? 0);
const compared = (face: Pictured) => ({ BoundingBox: boxOf(face), Confidence: 99.9 });

export interface RekognitionOptions {
  /** 0..100. Default: 99.8 for one person, 10 for two. */
  readonly similarity?: (a: string, b: string) => number;
  /** Whom it sees in a picture. Default: those that `picture` wrote into it. */
  readonly see?: (bytes: Buffer) => readonly Pictured[] | Promise<readonly Pictured[]>;
}

/**
 * Amazon Rekognition on this machine, as its API model says: awsJson1.1, every request and every answer checked against the shapes
 * that the SDK carries, errors under their names. Whom it sees and how alike they are, the test says.
 */
export async function startRekognition(options: RekognitionOptions = {}) {
  const { similarity = (a, b) => (a === b ? 99.8 : 10), see = readPicture } = options;
  const collections = new Map<string, Indexed[]>();
  const calls: { readonly operation: string; readonly input: Input }[] = [];
  const faults: { readonly error: Refused; times: number }[] = [];

  const facesIn = async (image: unknown): Promise<readonly Pictured[]> => {
    const bytes = Buffer.from((image as { Bytes: string }).Bytes, 'base64');
    if (bytes.length > MOST_BYTES) throw new Refused('ImageTooLargeException', 'Image size is too large.');
    const isPicture = [JPEG.subarray(0, 3), PNG].some((magic) => bytes.subarray(0, magic.length).equals(magic));
    if (!isPicture) throw new Refused('InvalidImageFormatException', 'Request has invalid image format');
    return (await see(bytes)).toSorted((a, b) => areaOf(b) - areaOf(a));
  };
  const largestIn = async (image: unknown): Promise<Pictured> => {
    const [largest] = await facesIn(image);
    if (!largest) throw noFaces();
    return largest;
  };
  const collection = ({ CollectionId }: Input): Indexed[] => {
    const found = collections.get(String(CollectionId));
    if (!found) throw new Refused('ResourceNotFoundException', `The collection id: ${CollectionId} does not exist`);
    return found;
  };
  const shown = ({ person: _, ...face }: Indexed) => face;

  const operations: Readonly<Record<string, (input: Input) => object | Promise<object>>> = {
    CreateCollection: ({ CollectionId }) => {
      const id = String(CollectionId);
      if (collections.has(id))
        throw new Refused('ResourceAlreadyExistsException', `The collection id: ${id} already exists`);
      collections.set(id, []);
      return {
        StatusCode: 200,
        CollectionArn: `aws:rekognition:eu-west-1:1:collection/${id}`,
        FaceModelVersion: MODEL_VERSION,
      };
    },
    DeleteCollection: (input) => {
      collection(input);
      collections.delete(String(input.CollectionId));
      return { StatusCode: 200 };
    },
    DetectFaces: async ({ Image }) => ({
      FaceDetails: (await facesIn(Image)).map((face) => ({ ...compared(face), ...face.detail })),
    }),
    CompareFaces: async ({ SourceImage, TargetImage, SimilarityThreshold = 80 }) => {
      const [source] = await facesIn(SourceImage);
      // The service says no more than this of a source without a face.
      if (!source) throw new Refused('InvalidParameterException', 'Request has invalid parameters');
      const targets = await facesIn(TargetImage);
      const scored = targets.map((face) => ({ face, score: similarity(source.person, face.person) }));
      const matches = scored.filter(({ score }) => score >= Number(SimilarityThreshold));
      return {
        SourceImageFace: compared(source),
        FaceMatches: matches
          .toSorted((a, b) => b.score - a.score)
          .map(({ face, score }) => ({ Similarity: score, Face: compared(face) })),
        UnmatchedFaces: scored.filter((each) => !matches.includes(each)).map(({ face }) => compared(face)),
      };
    },
    IndexFaces: async (input) => {
      const { Image, ExternalImageId, MaxFaces = 100 } = input;
      const faces = collection(input);
      const seen = await facesIn(Image);
      const added = seen.slice(0, Number(MaxFaces)).map(
        (face): Indexed => ({
          FaceId: randomUUID(),
          ImageId: randomUUID(),
          ...(ExternalImageId !== undefined && { ExternalImageId: String(ExternalImageId) }),
          BoundingBox: boxOf(face),
          Confidence: 99.9,
          person: face.person,
        }),
      );
      faces.push(...added);
      return {
        FaceRecords: added.map((face) => ({
          Face: shown(face),
          FaceDetail: { BoundingBox: face.BoundingBox, Confidence: 99.9 },
        })),
        FaceModelVersion: MODEL_VERSION,
        UnindexedFaces: seen
          .slice(added.length)
          .map((face) => ({ Reasons: ['EXCEEDS_MAX_FACES'], FaceDetail: compared(face) })),
      };
    },
    ListFaces: (input) => {
      const { MaxResults = 4096, NextToken = '0' } = input;
      const [from, faces] = [Number(NextToken), collection(input)];
      // A page may hold less than was asked for; here it never holds more than two.
      const page = faces.slice(from, from + Math.min(2, Number(MaxResults)));
      const more = from + page.length < faces.length;
      return {
        Faces: page.map(shown),
        ...(more && { NextToken: String(from + page.length) }),
        FaceModelVersion: MODEL_VERSION,
      };
    },
    DeleteFaces: (input) => {
      const faces = collection(input);
      const wanted = input.FaceIds as string[];
      const there = wanted.filter((id) => faces.some(({ FaceId }) => FaceId === id));
      collections.set(
        String(input.CollectionId),
        faces.filter(({ FaceId }) => !there.includes(FaceId)),
      );
      const gone = wanted.filter((id) => !there.includes(id));
      return {
        DeletedFaces: there,
        UnsuccessfulFaceDeletions: gone.map((FaceId) => ({ FaceId, Reasons: ['FACE_NOT_FOUND'] })),
      };
    },
    SearchFacesByImage: async (input) => {
      const { Image, MaxFaces = 80, FaceMatchThreshold = 80 } = input;
      const faces = collection(input);
      const searched = await largestIn(Image);
      const matches = faces
        .map((face) => ({ Similarity: similarity(searched.person, face.person), Face: shown(face) }))
        .filter(({ Similarity }) => Similarity >= Number(FaceMatchThreshold))
        .toSorted((a, b) => b.Similarity - a.Similarity)
        .slice(0, Number(MaxFaces));
      return {
        SearchedFaceBoundingBox: boxOf(searched),
        SearchedFaceConfidence: 99.9,
        FaceMatches: matches,
        FaceModelVersion: MODEL_VERSION,
      };
    },
  };

  const answer = async (target: string, body: string): Promise<object> => {
    const operation = target.replace(/^RekognitionService\./, '');
    const run = operations[operation];
    if (!run || operation === target) throw new Refused('UnknownOperationException', target);
    const input = JSON.parse(body) as Input;
    const wrong = misfits(`${operation}Request`, input);
    if (wrong.length > 0) throw new Refused('InvalidParameterException', `Not as the model says: ${wrong.join('; ')}`);
    calls.push({ operation, input });
    const fault = faults[0];
    if (fault) {
      fault.times -= 1;
      if (fault.times <= 0) faults.shift();
      throw fault.error;
    }
    const output = await run(input);
    const invented = misfits(`${operation}Response`, output);
    if (invented.length > 0) throw new Error(`This server answers what the service cannot: ${invented.join('; ')}`);
    return output;
  };

  const server = createServer(async (request, response) => {
    const { authorization = '', 'x-amz-target': target = '', 'content-type': type } = request.headers;
    const body = await text(request);
    const reply = (status: number, content: object) => {
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': randomUUID() });
      response.end(JSON.stringify(content));
    };
    try {
      const signed = /^AWS4-HMAC-SHA256 Credential=[^/]+\/\d{8}\/[\w-]+\/rekognition\/aws4_request, /.test(
        authorization,
      );
      if (request.method !== 'POST' || request.url !== '/' || type !== 'application/x-amz-json-1.1' || !signed)
        throw new Refused('AccessDeniedException', 'No signed call of awsJson1.1.');
      reply(200, await answer(String(target), body));
    } catch (error) {
      if (!(error instanceof Refused)) return reply(500, { __type: 'InternalServerError', message: String(error) });
      reply(error.status, { __type: error.code, message: error.message, Code: error.code, Logref: randomUUID() });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    /** For the constructor of an SDK client. */
    client: {
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      region: 'eu-west-1',
      credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'example' },
    },
    /** As they came, after they were found to be as the model says. */
    calls,
    /** Names of the collections there are. */
    collections: (): string[] => [...collections.keys()],
    /** Faces in all of them. */
    facesKept: (): number => [...collections.values()].reduce((sum, faces) => sum + faces.length, 0),
    /** Lets the next calls fail under this name. */
    fail: (name: string, times = 1, status = 400, message = 'As the test wants it.') =>
      void faults.push({ error: new Refused(name, message, status), times }),
    stop: async (): Promise<void> => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
