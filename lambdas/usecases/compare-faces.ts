import type { Realm } from '../domain/caller.ts';
import type { Failure } from '../domain/error.ts';
import type { Face, Measure } from '../domain/evidence.ts';
import { ok, type Result } from '../domain/result.ts';
import { eventId, type LoginEvent } from '../domain/webhook-delivery.ts';
import type { Tenants } from '../ports/accounts.ts';
import type { Faces } from '../ports/vision.ts';
import { type KeepsLoginRecords, newHead } from './login-records.ts';
import { readFaces } from './read-single-face.ts';
import { type TellEvents, tellSoon } from './tell-events.ts';

export interface CompareFaces extends KeepsLoginRecords, TellEvents {
  readonly vision: Pick<Faces, 'readFace' | 'compare'>;
  readonly tenants: Pick<Tenants, 'get'>;
  readonly settings: { readonly jobs: { readonly redriveAfterSeconds: number } };
}

/** 0..1, as compared by place. */
interface Pair {
  readonly probe: number;
  readonly gallery: number;
  readonly score: number;
}

export interface Comparison {
  readonly pairs: readonly Pair[];
  /** Of the pair that is most alike, 0..1. */
  readonly score: number;
  readonly passed: boolean;
  /** The least of the probes'. */
  readonly liveness: Measure;
}

/** Every probe with every picture of the gallery. Nothing is kept; an endpoint of the tenant's is told how it came out. */
export async function compareFaces(
  deps: CompareFaces,
  realm: Realm,
  images: { readonly probe: readonly Uint8Array[]; readonly gallery: readonly Uint8Array[] },
  minScore: number,
): Promise<Result<Comparison, Failure>> {
  const probes = await readFaces(deps, 'probe', images.probe);
  if (!probes.ok) return probes;
  const others = await readFaces(deps, 'gallery', images.gallery);
  if (!others.ok) return others;
  const pairs: Pair[] = [];
  for (const [probe, { template }] of probes.value.entries()) {
    for (const [gallery, other] of others.value.entries()) {
      const similarity = await deps.vision.compare(template, other.template);
      if ('unavailable' in similarity) throw new Error(`Two faces of one engine: ${similarity.unavailable}`);
      pairs.push({ probe, gallery, score: similarity.value });
    }
  }
  const score = Math.max(...pairs.map((pair) => pair.score));
  const comparison = { pairs, score, passed: score >= minScore, liveness: leastLive(probes.value) };
  await tellCompared(deps, realm, comparison, minScore);
  return ok(comparison);
}

/** V-31. The event is written before the answer, so that it comes even where publishing it fails now. */
async function tellCompared(deps: CompareFaces, realm: Realm, { score, passed }: Comparison, minScore: number) {
  const { tenantId, mode } = realm;
  const tenant = await deps.tenants.get(tenantId);
  if (tenant?.settings.webhookUrl === undefined) return;
  const { id: subject, createdAt: occurredAt } = newHead(deps);
  const type = 'face_verification_compare';
  const facts = { score: Math.round(score * 10_000) / 10_000, passed, minScore };
  const event: LoginEvent = {
    eventId: eventId(subject, type),
    ...{ contract: 'login', type, tenantId, mode, subject, occurredAt, facts },
  };
  const dueAt = occurredAt + deps.settings.jobs.redriveAfterSeconds * 1000;
  await deps.records.commit(realm, [], { told: { events: [event], dueAt } });
  await tellSoon(deps, [event]);
}

const leastLive = (faces: readonly Face[]): Measure =>
  faces
    .map(({ liveness }) => liveness)
    .reduce((least, one) => ('unavailable' in least || ('value' in one && one.value >= least.value) ? least : one));
