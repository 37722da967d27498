import type { Realm } from '../domain/caller.ts';
import { type Failure, failure } from '../domain/error.ts';
import { evidenceKey, type HostedSlot } from '../domain/hosted-session.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import { reviewedContracts } from '../domain/review.ts';
import type { State, UploadSlot, Verification } from '../domain/verification.ts';
import { type Delivery, eventIdsOf } from '../domain/webhook-delivery.ts';
import type { Downloads, Media } from '../ports/media.ts';
import type { Deliveries } from '../ports/messages.ts';
import type { Page, VerificationLog, Verifications } from '../ports/verifications.ts';

export interface LookUp {
  readonly verifications: Pick<Verifications, 'get' | 'byUserRef'>;
  readonly log: VerificationLog;
  readonly deliveries: Pick<Deliveries, 'get'>;
  readonly media: Pick<Media, 'size'>;
  readonly downloads: Downloads;
  readonly settings: { readonly console: { readonly mediaUrlSeconds: number } };
}

export interface Search {
  readonly state?: State;
  readonly contract?: Verification['contract'];
  /** An id, or the partner's own reference of a user; exact. */
  readonly q?: string;
  readonly cursor?: string;
}

/** What an id of any contract looks like: nothing else is looked up as one. */
const ids = /^[\w-]{1,64}$/;

/** Whether a worker has taken it up already is nobody's question: both are under way. */
const statesOf = (state: State): readonly State[] =>
  state === 'processing' || state === 'submitted' ? ['submitted', 'processing'] : [state];

/** A page of the realm's verifications, newest first; all at once where a text finds them. */
export async function searchVerifications(
  { verifications, log }: Pick<LookUp, 'verifications' | 'log'>,
  { tenantId, mode }: Realm,
  { state, contract, q = '', cursor }: Search,
): Promise<Page<Verification>> {
  const wanted = q.trim();
  const states = state && statesOf(state);
  if (wanted === '') {
    const filter = { ...(states && { states }), ...(contract && { contracts: [contract] }) };
    return log.find({ tenantId, mode }, filter, cursor);
  }
  const [one, ofUser] = await Promise.all([
    ids.test(wanted) ? verifications.get({ tenantId, mode, id: wanted }) : undefined,
    verifications.byUserRef(tenantId, mode, wanted),
  ]);
  const found = new Map([...(one ? [one] : []), ...ofUser].map((each) => [each.id, each]));
  const items = [...found.values()]
    .filter((each) => (states?.includes(each.state) ?? true) && (contract ?? each.contract) === each.contract)
    .toSorted((a, b) => b.createdAt - a.createdAt);
  return { items };
}

/** What waits for a person, oldest first. */
export const listReviews = (
  { log }: Pick<LookUp, 'log'>,
  realm: Realm,
  cursor: string | undefined,
): Promise<Page<Verification>> =>
  log.find(realm, { states: ['review'], contracts: reviewedContracts, oldestFirst: true }, cursor);

interface ShownMedia {
  readonly slot: UploadSlot | HostedSlot;
  readonly kind: 'image' | 'video';
  /** Null: it is no longer kept. */
  readonly url: string | null;
}

export interface LookedUp {
  readonly verification: Verification;
  /** Of all that was told of it, oldest first. */
  readonly deliveries: readonly Delivery[];
  readonly media: readonly ShownMedia[];
}

/** One verification of the realm with what was told of it and what it was made from. */
export async function lookUpVerification(
  deps: LookUp,
  { tenantId, mode }: Realm,
  id: string,
): Promise<Result<LookedUp, Failure>> {
  const verification = ids.test(id) ? await deps.verifications.get({ tenantId, mode, id }) : undefined;
  if (!verification) return fail(failure('verification_not_found', 'There is no such verification.'));
  // Their ids derive from what they tell of, so that nobody has to look for them.
  const [found, media] = await Promise.all([
    Promise.all(eventIdsOf(verification).map((deliveryId) => deps.deliveries.get({ tenantId, mode, deliveryId }))),
    Promise.all(mediaOf(verification).map((one) => show(deps, one))),
  ]);
  const deliveries = found.filter((one) => one !== undefined).toSorted((a, b) => a.createdAt - b.createdAt);
  return ok({ verification, deliveries, media });
}

type KeptMedia = Omit<ShownMedia, 'url'> & { readonly key: string };

function mediaOf(verification: Verification): readonly KeptMedia[] {
  if (verification.contract === 'submission') {
    const { uploads, submission } = verification;
    const slots = (['docFront', 'docBack', 'selfie'] as const).filter(
      (slot) => slot !== 'docBack' || submission?.docBack,
    );
    return submission ? slots.map((slot) => ({ slot, kind: 'image', key: uploads[slot] })) : [];
  }
  if (verification.contract !== 'hosted') return [];
  return (verification.hosted?.slots ?? []).map((slot) => ({
    slot,
    kind: slot === 'selfie_video' ? 'video' : 'image',
    key: evidenceKey(verification, slot),
  }));
}

async function show({ media, downloads, settings }: LookUp, { key, ...one }: KeptMedia): Promise<ShownMedia> {
  const { mediaUrlSeconds: ttlSeconds } = settings.console;
  const kept = (await media.size(key)) !== undefined;
  return { ...one, url: kept ? await downloads.sign(key, { ttlSeconds, fileName: one.slot }) : null };
}
