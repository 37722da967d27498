import { setTimeout as wait } from 'node:timers/promises';
import { specimen } from '../../bin/specimen/specimen.ts';
import { integrator, type Json, type TestTenant } from '../support/client.ts';
import { portrait, selfie } from '../support/faces.ts';
import { freePort, type Service, startAndKill, startService } from '../support/service.ts';
import { type Received, startReceiver } from '../support/webhook-receiver.ts';
import { type Images, insistentClient } from './insistent-client.ts';

export interface KillRunOptions {
  readonly verifications: number;
  readonly kills: number;
  /** Decides the moments of the kills and what is submitted. */
  readonly seed: number;
  /** Verifications under way at one time. */
  readonly clients: number;
  readonly set: Readonly<Record<string, string>>;
  readonly onProgress?: (ended: number, kills: number) => void;
}

/** What a run came to. Everything but `byState`, `repeatedRequests`, `repeatedWebhooks` and the times has one right value. */
export interface KillFigures {
  readonly verifications: number;
  readonly kills: number;
  /** How many ended in which state; anything under way would show as `submitted` or `processing`. */
  readonly byState: Readonly<Record<string, number>>;
  readonly debitedOnce: number;
  readonly debitedOtherwise: number;
  readonly refunds: number;
  /** The balance is what was granted and all movements of the ledger together. */
  readonly balanceIsExact: boolean;
  /** Verifications whose verdict was taken by the receiver, under one id. */
  readonly announced: number;
  readonly announcedUnderSeveralIds: number;
  readonly neverAnnounced: number;
  /** Webhooks that came again under an id that had already been taken. */
  readonly repeatedWebhooks: number;
  /** Requests that the clients had to send again. */
  readonly repeatedRequests: number;
  /** From the last start until the last verdict and the last webhook, milliseconds. */
  readonly lastVerdictMs: number;
  readonly lastWebhookMs: number;
  readonly totalMs: number;
}

/** Mulberry32: numbers in 0..1, the same for the same seed. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Most are no images, whose verdict is quick; the others keep a worker for seconds, so that kills meet it at work. */
async function applicants(): Promise<readonly Images[]> {
  const junk = new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]);
  const [ana, bea, self] = await Promise.all([portrait('ana'), portrait('bea'), selfie('ana')]);
  const [hers, anothers] = await Promise.all([specimen({ portrait: ana }), specimen({ portrait: bea })]);
  return [
    { docFront: junk, selfie: junk },
    { docFront: junk, selfie: junk },
    { docFront: junk, selfie: self },
    { docFront: hers, selfie: self },
    { docFront: anothers, selfie: self },
  ];
}

/** Moments as shares of the work, in order, and what to wait from there: never on the beat of anything. */
const moments = (random: () => number, { kills, verifications }: KillRunOptions) =>
  Array.from({ length: kills }, () => random())
    .sort((a, b) => a - b)
    .map((share, nth) => ({
      ended: Math.floor(share * 0.95 * verifications),
      waitMs: random() * 1500,
      // Every third kill is followed by one of the start that comes after it.
      ...(nth % 3 === 2 && { startupMs: random() * 4000 }),
    }));

/** Runs verifications through a service that is killed (SIGKILL) and started again on the same data and port while they are under way. */
export async function runUnderKills(options: KillRunOptions): Promise<KillFigures> {
  const { verifications, clients, set, onProgress } = options;
  const random = seeded(options.seed);
  const images = await applicants();
  const port = await freePort();
  const began = Date.now();
  // An endpoint that refuses every fifth call; only what it took counts as announced.
  const taken: Received[] = [];
  await using receiver = await startReceiver((nth, call) => {
    if (nth % 5 === 4) return 500;
    taken.push(call);
    return 200;
  });
  let service = await startService({ port, set });
  try {
    const { admin, tenant } = integrator(service);
    const acme = await tenant({ credits: verifications + 1, settings: { webhookUrl: receiver.url, creditsLowAt: 0 } });
    // Kills go on while clients wait: what is judged is the time from the last start.
    const client = insistentClient(service, 900_000);
    const ids: string[] = [];
    let [begun, ended, killed] = [0, 0, 0];
    let lastStart = Date.now();
    let lastVerdict = 0;
    let failed = false;

    const work = async (): Promise<void> => {
      while (begun < verifications) {
        const nth = begun++;
        const chosen = images[Math.floor(random() * images.length)] as Images;
        const id = await client.submit(acme, `applicant-${nth}`, chosen);
        ids.push(id);
        await client.verdict(acme, id);
        lastVerdict = Date.now();
        ended++;
        onProgress?.(ended, killed);
      }
    };
    const killing = async (): Promise<void> => {
      for (const { ended: threshold, waitMs, startupMs } of moments(random, options)) {
        while (ended < threshold && !failed) await wait(20);
        await wait(waitMs);
        if (failed) return;
        await service.end('SIGKILL');
        killed++;
        onProgress?.(ended, killed);
        if (startupMs !== undefined) await startAndKill({ port, set, data: service.data }, startupMs);
        service = await startService({ port, set, data: service.data });
        lastStart = Date.now();
      }
    };
    const killer = killing();
    try {
      await Promise.all(Array.from({ length: clients }, work));
    } catch (error) {
      failed = true;
      throw error;
    } finally {
      // A start under way must not be left behind.
      await killer;
    }
    await untilAnnounced(taken, ids);
    const lastWebhook = Math.max(...taken.map(({ at }) => at));

    return {
      verifications,
      kills: killed,
      ...(await countStates(admin, acme)),
      ...(await checkLedger(admin, acme, ids)),
      ...countWebhooks(taken, ids),
      repeatedRequests: client.repeated(),
      lastVerdictMs: Math.max(0, lastVerdict - lastStart),
      lastWebhookMs: Math.max(0, lastWebhook - lastStart),
      totalMs: Date.now() - began,
    };
  } finally {
    await (service as Service).remove();
  }
}

/** Ends early when all came; what is missing after that is lost, and the figures say so. */
async function untilAnnounced(received: readonly Received[], ids: readonly string[]): Promise<void> {
  for (let waited = 0; waited < 100_000; waited += 100) {
    const announced = new Set(received.map(({ body }) => body.verificationId));
    if (ids.every((id) => announced.has(id))) return;
    await wait(100);
  }
}

type Admin = ReturnType<typeof integrator>['admin'];

async function allPages(admin: Admin, path: string, field: string): Promise<Json[]> {
  const all: Json[] = [];
  let cursor = '';
  do {
    const { body } = await admin('GET', `${path}${cursor && `?cursor=${encodeURIComponent(cursor)}`}`);
    all.push(...body[field]);
    cursor = body.cursor ?? '';
  } while (cursor);
  return all;
}

async function countStates(admin: Admin, { tenantId }: TestTenant) {
  const byState: Record<string, number> = {};
  for (const { state } of await allPages(admin, `/v1/admin/tenants/${tenantId}/verifications`, 'verifications'))
    byState[state] = (byState[state] ?? 0) + 1;
  return { byState };
}

async function checkLedger(admin: Admin, { tenantId }: TestTenant, ids: readonly string[]) {
  const path = `/v1/admin/tenants/${tenantId}/credits`;
  const { balance } = (await admin('GET', path)).body;
  const ledger = await allPages(admin, path, 'ledger');
  const debits = ledger.filter(({ type }) => type === 'debit');
  const debitedOnce = ids.filter((id) => debits.filter(({ verificationId }) => verificationId === id).length === 1);
  return {
    debitedOnce: debitedOnce.length,
    debitedOtherwise: debits.length - debitedOnce.length + (ids.length - debitedOnce.length),
    refunds: ledger.filter(({ type }) => type === 'refund').length,
    balanceIsExact: balance === ledger.reduce((sum, { amount }) => sum + amount, 0),
  };
}

function countWebhooks(received: readonly Received[], ids: readonly string[]) {
  const arrivals = ids.map((id) => received.filter(({ body }) => body.verificationId === id));
  const names = arrivals.map((calls) => new Set(calls.map(({ headers }) => headers['webhook-id'])).size);
  return {
    announced: names.filter((count) => count === 1).length,
    announcedUnderSeveralIds: names.filter((count) => count > 1).length,
    neverAnnounced: names.filter((count) => count === 0).length,
    repeatedWebhooks: received.length - names.reduce((sum, count) => sum + count, 0),
  };
}
