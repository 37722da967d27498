import * as z from 'zod';
import type { Measure } from '../../domain/evidence.ts';
import type { Person } from '../../domain/person.ts';
import type { Candidate } from '../../domain/recognise.ts';
import type { OperationSpec } from '../operation.ts';
import { iso } from '../timestamp.ts';
import { image } from './image.ts';
import { dataOf, id, rounded, score } from './shapes.ts';

/** V-47, V-48: what a tenant's server asks of faces. Every score means a false-match rate: 0.8 one in a thousand, 0.9 one in ten thousand. */
const os = z
  .enum(['DESKTOP', 'IOS', 'ANDROID'])
  .meta({ description: 'Where the picture was taken. Kept nowhere, and judged alike.' });
const livenessMinScore = score.default(0.6);

/** A single picture may come without its array. */
const images = (most: number) =>
  z
    .preprocess(
      (value) => (typeof value === 'string' ? [value] : value),
      z.array(image).min(1, 'is required').max(most),
    )
    .meta({
      type: 'array',
      items: { type: 'string' },
      minItems: 1,
      maxItems: most,
      description: 'JPEG or PNG in base64, bare or as data URIs; of one person. One alone may come without its array.',
    });

const search = {
  collection_id: id.meta({ description: 'The collection that is searched, and no other.' }),
  min_score: z.number().min(0.5).max(1).default(0.85),
  max_results: z.number().int().min(1).max(10).default(10),
  search_mode: z
    .enum(['FAST', 'ACCURATE'])
    .default('ACCURATE')
    .meta({ description: 'Both compare exactly: there is nothing to be gained by less.' }),
};

const compare = {
  probe: images(3),
  gallery: images(10),
  compare_min_score: score.default(0.8),
  search_mode: search.search_mode,
};

const livenessReply = z
  .object({
    passed: z.boolean(),
    min_score: score,
    liveness_score: score.nullable().meta({ description: 'null: it could not be measured, and is no pass.' }),
    reason: z.string().exactOptional().meta({ description: 'Why it could not be measured.' }),
  })
  .meta({ id: 'Liveness' });

const personFound = z
  .object({
    id,
    name: z.string(),
    score,
    gender: z.string().nullable(),
    date_of_birth: z.string().nullable(),
    nationality: z.string().nullable(),
    notes: z.string().nullable(),
    collections: z.array(id),
    create_date: z.string(),
    modified_date: z.string(),
  })
  .meta({ id: 'PersonFound' });

const comparison = z
  .object({
    score: score.meta({ description: 'Of the pair that is most alike.' }),
    passed: z.boolean(),
    min_score: score,
    pairs: z.array(z.object({ probe: z.number().int(), gallery: z.number().int(), score })),
  })
  .meta({ id: 'Comparison' });

type Compared = z.infer<typeof comparison>['pairs'][number];

const unfit =
  '`MissingParameter`, `InvalidParameter`, `no_face_detected`, `multiple_faces_detected`, `collection_not_configured`.';
const failures = { 409: unfit, 413: 'The body is larger than is taken.' };

export const recognitionOperations = {
  measureLiveness: {
    summary: 'Judge whether a picture was taken of a living face',
    body: z
      .strictObject({
        os,
        image,
        liveness_min_score: livenessMinScore,
        collection_id: id.exactOptional().meta({ description: 'Must be there and not deleted, if it is named.' }),
      })
      .meta({ id: 'LivenessRequest' }),
    reply: { status: 200, description: 'The score, or why there is none.', schema: dataOf(livenessReply) },
    failures,
  },
  searchFace: {
    summary: 'Find who in a collection a face belongs to',
    body: z
      .strictObject({ images: images(3).exactOptional(), image: images(1).exactOptional(), ...search })
      .refine(({ images, image }) => images !== undefined || image !== undefined, {
        path: ['images'],
        error: 'is required',
      })
      .refine(({ images, image }) => images === undefined || image === undefined, {
        path: ['image'],
        error: 'goes without "images"',
      })
      .meta({ id: 'SearchRequest' }),
    reply: {
      status: 200,
      description: 'Who reaches the score, best first; of several pictures the best counts. Nobody: an empty list.',
      schema: dataOf(z.array(personFound)),
    },
    failures,
  },
  searchLiveFace: {
    summary: 'Judge liveness, and only if it passes find who in a collection the face belongs to',
    body: z
      .strictObject({ os, image, liveness_min_score: livenessMinScore, ...search })
      .meta({ id: 'LiveSearchRequest' }),
    reply: {
      status: 200,
      description: 'Liveness, and who reaches the score.',
      schema: dataOf(z.object({ liveness: livenessReply, persons: z.array(personFound) })),
    },
    failures: { ...failures, 409: `\`liveness_failed\`, and nobody was looked for; ${unfit}` },
  },
  searchCrops: {
    summary: 'Find who in a collection small pictures, cut out around one face, belong to',
    body: z.strictObject({ images: images(10), ...search }).meta({ id: 'CropSearchRequest' }),
    reply: { status: 200, description: 'Who reaches the score.', schema: dataOf(z.array(personFound)) },
    failures,
  },
  compareFaces: {
    summary: 'Compare pictures of one face with pictures of another',
    body: z.strictObject(compare).meta({ id: 'CompareRequest' }),
    reply: { status: 200, description: 'The score, and that of each pair.', schema: dataOf(comparison) },
    failures,
  },
  compareLiveFaces: {
    summary: 'Compare, and only if that passes judge the liveness of the probe',
    body: z
      .strictObject({ ...compare, os: os.exactOptional(), liveness_min_score: livenessMinScore })
      .meta({ id: 'LiveCompareRequest' }),
    reply: {
      status: 200,
      description: 'The comparison; liveness is null where the comparison did not pass.',
      schema: dataOf(z.object({ comparison, liveness: livenessReply.nullable() })),
    },
    failures,
  },
} as const satisfies Readonly<Record<string, OperationSpec>>;

export const toLivenessReply = (measure: Measure, minScore: number): z.infer<typeof livenessReply> =>
  'value' in measure
    ? { passed: measure.value >= minScore, min_score: minScore, liveness_score: rounded(measure.value) }
    : { passed: false, min_score: minScore, liveness_score: null, reason: measure.unavailable };

export const toPersonFound = ({ person, score }: Candidate<Person>): z.infer<typeof personFound> => ({
  id: person.id,
  name: person.name,
  score: rounded(score),
  gender: person.gender ?? null,
  date_of_birth: person.dateOfBirth ?? null,
  nationality: person.nationality ?? null,
  notes: person.notes ?? null,
  collections: [...person.collections],
  create_date: iso(person.createdAt),
  modified_date: iso(person.updatedAt),
});

export const toComparisonReply = (
  { pairs, score, passed }: { readonly pairs: readonly Compared[]; readonly score: number; readonly passed: boolean },
  minScore: number,
): z.infer<typeof comparison> => ({
  score: rounded(score),
  passed,
  min_score: minScore,
  pairs: pairs.map((pair) => ({ ...pair, score: rounded(pair.score) })),
});
