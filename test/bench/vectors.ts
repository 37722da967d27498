import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListIndexesCommand, PutVectorsCommand, QueryVectorsCommand, S3VectorsClient } from '@aws-sdk/client-s3vectors';
import { vectorsGallery } from '../../lambdas/adapters/vectors-gallery.ts';
import { measured, type Template, unavailable } from '../../lambdas/domain/evidence.ts';
import type { GalleryRef } from '../../lambdas/ports/people.ts';
import { templateDistance } from '../../lambdas/vision/face/embed.ts';
import { openDatabase } from '../../local/sqlite.ts';
import { catalogSchema, createCatalog, type IndexName } from '../../local/vectors/catalog.ts';
import { createVectorStore, vectorSchema } from '../../local/vectors/vector-store.ts';
import { credentials } from '../local/serve-cloud.ts';
import { type Figure, percentile } from './figure.ts';
import { memoryOf } from './process-memory.ts';
import { syntheticTemplate } from './synthetic-templates.ts';
import { placeIn } from './vectors-place.ts';

const MODEL_SET = 'synthetic/1';
const PHOTOS = 4;
/** What one PutVectors takes. */
const BATCH = 500;
const SHORTLIST = 100;
const TOP = 10;
const SMALL_INDEXES = 300;
const SMALL_SIZE = 20;

interface Ranked {
  readonly key: string;
  readonly distance: number;
}

const template = (vector: Float32Array) => ({ modelSet: MODEL_SET, vector });

/** Higher is more alike, as `search` sorts; the score's calibration has no part in who is found. */
const compare = async (a: Template, b: Template) =>
  'vector' in a && 'vector' in b ? measured(1 / (1 + templateDistance(a, b))) : unavailable('No vectors.');

/** S3 Vectors in a process of its own, and a gallery upon it. */
async function open(folder: string) {
  const script = join(import.meta.dirname, 'vectors-process.ts');
  const child: ChildProcess = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
  const client = new S3VectorsClient({ endpoint: String(line).trim(), region: 'eu-west-1', credentials });
  return {
    client,
    gallery: vectorsGallery({ client, bucket: 'bench', dimension: 256 }, compare),
    memory: () => memoryOf(child.pid ?? 0),
    close: async () => {
      client.destroy();
      child.kill();
      await once(child, 'exit');
    },
  };
}
type Opened = Awaited<ReturnType<typeof open>>;

const refOf = (collection: string): GalleryRef => ({ tenantId: 'bench', mode: 'live', collection });

const faces = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => {
    const face = from + i;
    return { key: `face-${face}`, vector: syntheticTemplate(Math.floor(face / PHOTOS), face % PHOTOS) };
  });

/** Makes a collection's index, and tells its name. */
async function indexFor({ client, gallery }: Opened, collection: string) {
  const before = new Set((await indexesOf(client)).map(({ indexName }) => indexName));
  await gallery.create(refOf(collection));
  const index = (await indexesOf(client)).find(({ indexName }) => !before.has(indexName));
  if (!index) throw new Error('the gallery made no index');
  return { vectorBucketName: index.vectorBucketName, indexName: index.indexName };
}

/** Writes the faces of these numbers straight into the store: over HTTP nearly all of the time would be JSON. */
function fill(folder: string, name: IndexName, count: number, seen: (face: ReturnType<typeof faces>[number]) => void) {
  const database = openDatabase(folder, 'vectors.sqlite', catalogSchema + vectorSchema);
  const index = createCatalog(database, placeIn(folder)).index(name);
  const store = createVectorStore(database);
  let spent = 0;
  for (let at = 0; at < count; at += BATCH) {
    const batch = faces(at, Math.min(count, at + BATCH));
    const start = performance.now();
    store.put(
      index,
      batch.map(({ key, vector }) => ({ key, data: vector, metadata: { modelSet: MODEL_SET } })),
    );
    spent += performance.now() - start;
    batch.forEach(seen);
  }
  database.close();
  return spent;
}

async function indexesOf(client: S3VectorsClient) {
  const found = await client.send(new ListIndexesCommand({ vectorBucketName: 'bench' }));
  return found.indexes ?? [];
}

/** The nearest of all by the templates' own formula: every vector is compared as it passes. */
function exactSearch(probes: readonly Float32Array[]) {
  const best: Ranked[][] = probes.map(() => []);
  return {
    best,
    see: ({ key, vector }: { readonly key: string; readonly vector: Float32Array }) => {
      const candidate = template(vector);
      probes.forEach((probe, i) => {
        const found = best[i] as Ranked[];
        const distance = templateDistance(template(probe), candidate);
        if (found.length === TOP && distance >= (found[TOP - 1] as Ranked).distance) return;
        found.push({ key, distance });
        found.sort((a, b) => a.distance - b.distance);
        found.length = Math.min(found.length, TOP);
      });
    },
  };
}

async function timed<T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly ms: number }> {
  const start = performance.now();
  const result = await work();
  return { result, ms: performance.now() - start };
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * Faces searched among `count` drawn ones (test/bench/synthetic-templates.ts: a quarter as many people, four photos each), through the gallery
 * that the service uses: QueryVectors for a shortlist of 100, GetVectors, exact comparison. Half of the probes are new photos
 * of people who are there, half are strangers. One request at a time. Recall is against every vector compared by the formula.
 */
export async function benchVectors(count = 1_000_000, probeCount = 60): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'vectors-bench-'));
  try {
    const people = count / PHOTOS;
    const probes = Array.from({ length: probeCount }, (_, i) =>
      syntheticTemplate(i % 2 ? people + i : Math.floor((i * people) / probeCount), PHOTOS),
    );
    const exact = exactSearch(probes);
    const building = await open(folder);
    const index = await indexFor(building, 'large');
    await building.close();
    const build = fill(folder, index, count, exact.see);

    const opened = await open(folder);
    const { client, gallery, memory } = opened;
    const idle = memory().resident;
    const large = refOf('large');
    const search = (vector: Float32Array) => gallery.search(large, template(vector), TOP);
    const query = (queryVector: Float32Array) =>
      client.send(
        new QueryVectorsCommand({
          ...index,
          topK: SHORTLIST,
          queryVector: { float32: Array.from(queryVector) },
          filter: { modelSet: MODEL_SET },
        }),
      );
    const first = await timed(() => search(probes[0] as Float32Array));
    const searches: number[] = [];
    const queries: number[] = [];
    const [firstFound, shortlisted, found]: [number[], number[], number[]] = [[], [], []];
    for (const [i, probe] of probes.entries()) {
      const best = (exact.best[i] as Ranked[]).map(({ key }) => key);
      const asked = await timed(() => query(probe));
      const searched = await timed(() => search(probe));
      queries.push(asked.ms);
      searches.push(searched.ms);
      const shortlist = new Set((asked.result.vectors ?? []).map(({ key }) => key));
      const answered = new Set((searched.result ?? []).map(({ faceId }) => faceId));
      firstFound.push(searched.result?.[0]?.faceId === best[0] ? 1 : 0);
      shortlisted.push(mean(best.map((key) => (shortlist.has(key) ? 1 : 0))));
      found.push(mean(best.map((key) => (answered.has(key) ? 1 : 0))));
    }
    const loaded = memory();

    // The next search knows of every write.
    const late = syntheticTemplate(2 * people, 0);
    const writes: number[] = [];
    const nearest = async () => (await search(late))?.[0]?.faceId;
    for (let i = 0; i < 10; i++) {
      writes.push((await timed(() => gallery.put(large, 'late', template(late)))).ms);
      if ((await nearest()) !== 'late') throw new Error('an enrolled face is not found by the next search');
      await gallery.delete(large, [{ faceId: 'late', template: template(late) }]);
      if ((await nearest()) === 'late') throw new Error('a deleted face is found by the next search');
    }

    const before = memory().resident;
    for (let i = 0; i < SMALL_INDEXES; i++) {
      const vectors = faces(i * SMALL_SIZE, (i + 1) * SMALL_SIZE).map(({ key, vector }) => ({
        key,
        data: { float32: Array.from(vector) },
        metadata: { modelSet: MODEL_SET },
      }));
      await client.send(new PutVectorsCommand({ ...(await indexFor(opened, `small-${i}`)), vectors }));
    }
    const small: number[] = [];
    for (let i = 0; i < SMALL_INDEXES; i++)
      small.push((await timed(() => gallery.search(refOf(`small-${i}`), template(late), TOP))).ms);
    const after = memory().resident;
    await opened.close();

    const figure = (name: string, value: number, unit: string): Figure => ({ name, value, unit });
    return [
      figure('vectors of 256 numbers', count, ''),
      figure('build: written to the store, 500 at a time', build / 1000, 's'),
      figure('database', statSync(join(folder, 'vectors.sqlite')).size / 2 ** 20, 'MB'),
      figure('first search after a start, which loads the index', first.ms / 1000, 's'),
      figure('search (shortlist, vectors of the shortlist, exact order), p50', percentile(searches, 0.5), 'ms'),
      figure('search, p95', percentile(searches, 0.95), 'ms'),
      figure('of it the shortlist (QueryVectors), p50', percentile(queries, 0.5), 'ms'),
      figure('of it the shortlist, p95', percentile(queries, 0.95), 'ms'),
      figure('memory of the process before the first search (RSS)', idle, 'MB'),
      figure('memory with the index in use (RSS)', loaded.resident, 'MB'),
      figure('memory, peak', loaded.peak, 'MB'),
      figure('the formula’s nearest is answered first', 100 * mean(firstFound), '% of probes'),
      figure(`recall of the shortlist of ${SHORTLIST}: the formula’s nearest ${TOP}`, 100 * mean(shortlisted), '%'),
      figure(`recall of the answer: the formula’s nearest ${TOP}`, 100 * mean(found), '%'),
      figure('a face enrolled, visible to the next search, p50', percentile(writes, 0.5), 'ms'),
      figure(`${SMALL_INDEXES} indexes of ${SMALL_SIZE} faces beside it, search, p50`, percentile(small, 0.5), 'ms'),
      figure('memory that each of them takes', ((after - before) * 1024) / SMALL_INDEXES, 'KB'),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
