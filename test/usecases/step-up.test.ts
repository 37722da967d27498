import { describe, expect, test } from 'vitest';
import { toClaims } from '../../lambdas/contracts/step-up/replies.ts';
import { type Face, measured, type Template, unavailable } from '../../lambdas/domain/evidence.ts';
import { ok } from '../../lambdas/domain/result.ts';
import type { Vision } from '../../lambdas/ports/vision.ts';
import { enrolUser } from '../../lambdas/usecases/enrol-user.ts';
import { eraseUser } from '../../lambdas/usecases/erase-user.ts';
import { introspectToken } from '../../lambdas/usecases/introspect-token.ts';
import { type VerifyRequest, verifyFace } from '../../lambdas/usecases/verify-face.ts';
import { faces } from '../support/evidence.ts';
import { aWorld } from './world.ts';

const frame = (...bytes: number[]): Uint8Array => Uint8Array.from(bytes);
const template = (modelSet: string, whose = 1): Template => ({ modelSet, vector: Float32Array.from([whose]) });
/** A fingerprint of its own for each frame: none is a copy of another one. */
const fingerprintOf = (byte: number): string => byte.toString(16).padStart(2, '0').repeat(32);

/** Eyes that see in a frame whose its first byte says, and compare by that; the second byte tells frames of one person apart. */
function eyes(change: (face: Face) => Face = (face) => face) {
  const looked: Uint8Array[] = [];
  const vision: Pick<Vision, 'capabilities' | 'readFace' | 'compare' | 'relate'> = {
    capabilities: { modelSet: 'new/2', models: { m: 'a'.repeat(64) }, missing: {} },
    async readFace(image) {
      looked.push(image);
      const [whose = 0, nth = 0] = image;
      const reading = faces(whose === 0 ? 0 : 1);
      if (!reading.face) return ok(reading);
      const own = { template: template('new/2', whose), fingerprint: fingerprintOf(whose * 16 + nth) };
      return ok({ ...reading, face: change({ ...reading.face, ...own }) });
    },
    async compare(a, b) {
      if (a.modelSet !== b.modelSet) throw new Error('Templates of different sets are never compared.');
      const same = 'vector' in a && 'vector' in b && a.vector[0] === b.vector[0];
      return measured(same ? 0.91 : 0.12);
    },
    relate: async () => ({ samePerson: measured(0.9), parallax: measured(0.3), difference: 0.4 }),
  };
  return { vision, looked };
}

async function stage(change?: (face: Face) => Face) {
  const world = aWorld();
  const { vision, looked } = eyes(change);
  const deps = { ...world, vision, toClaims };
  const caller = world.caller();
  const enrolled = await enrolUser(deps, caller, { userId: 'u', frames: [frame(1, 15)] });
  if (!enrolled.ok) throw new Error(enrolled.error.message);
  looked.length = 0;
  const verify = (request: Partial<VerifyRequest> = {}, by = caller, more: object = {}) =>
    verifyFace({ ...deps, ...more }, by, {
      ...{ userId: 'u', action: 'wire', live: 'passive', frames: [frame(1, 1)], requestId: 'req_1' },
      asOf: world.clock.now(),
      ...request,
    });
  const codeOf = async (result: ReturnType<typeof verify>) => {
    const settled = await result;
    return settled.ok ? settled.value.stepUp.match : settled.error.code;
  };
  return { ...deps, caller, looked, verify, codeOf, enrolment: enrolled.value };
}

describe('verify a face', () => {
  test('S-16 what is cheap is asked first: without an enrolment or a credit nobody looks', async () => {
    const on = await stage();
    expect(await on.codeOf(on.verify({ userId: 'v' }))).toBe('user_not_enrolled');
    on.credits.post(on.tenant.tenantId, { id: 'x', type: 'debit', amount: -10, reason: 'x', createdAt: 0 });
    expect(await on.codeOf(on.verify())).toBe('insufficient_credits');
    expect(on.looked).toEqual([]);
  });

  test('L-41 a face that is another one is judged, charged and kept, with match false', async () => {
    const on = await stage();
    const judged = await on.verify({ frames: [frame(2)] });
    expect(judged).toMatchObject({
      ok: true,
      value: { state: 'rejected', stepUp: { match: false, score: 0.12 }, outcome: { flags: ['face_mismatch'] } },
    });
    expect(await on.balance()).toBe(9);
  });

  test('S-13 liveness that cannot be judged passes nobody, and costs nothing', async () => {
    const on = await stage((face) => ({ ...face, liveness: unavailable('No model.') }));
    expect(await on.verify()).toMatchObject({
      ok: false,
      error: { code: 'liveness_failed', detail: { next: 'active' } },
    });
    expect(await on.balance()).toBe(10);
    // With two frames the motion speaks for itself.
    expect(await on.codeOf(on.verify({ live: 'dual_frame', frames: [frame(1, 1), frame(1, 6)] }))).toBe(true);
  });

  test('L-18 passive is judged by the clearest of the frames', async () => {
    const on = await stage((face) => ({ ...face, quality: face.fingerprint === fingerprintOf(17) ? 0.9 : 0.4 }));
    expect(await on.codeOf(on.verify({ frames: [frame(2, 8), frame(1, 1), frame(2, 3)] }))).toBe(true);
  });

  test('L-43 frames without a face are passed over while enough are left', async () => {
    const on = await stage();
    expect(await on.codeOf(on.verify({ frames: [frame(0), frame(1, 1)] }))).toBe(true);
    expect(await on.verify({ live: 'dual_frame', frames: [frame(0, 1), frame(1, 2)] })).toMatchObject({
      error: { code: 'no_face_detected', message: 'No face in frame 1.' },
    });
  });

  test('L-06 the same attempt gets the same record, and is looked at once', async () => {
    const on = await stage();
    const attempt = { key: 'order-1', hash: 'h1' };
    const first = await on.verify({ attempt });
    expect(await on.verify({ attempt })).toEqual(first);
    expect(on.looked).toHaveLength(1);
    expect(await on.balance()).toBe(9);
    // A day later the key is free again, and its id is taken.
    on.clock.move(86_400_001);
    const later = await on.verify({ attempt, frames: [frame(1, 7)] });
    expect(later.ok && first.ok && later.value.id !== first.value.id).toBe(true);
  });

  test('L-06 a call that finds its own verdict written answers with that', async () => {
    const on = await stage();
    const attempt = { key: 'order-1', hash: 'h1' };
    const winner = await on.verify({ attempt });
    let asked = 0;
    // Whoever was first came to its end between our look for it and our verdict.
    const verifications = {
      get: async (ref: Parameters<typeof on.verifications.get>[0]) =>
        asked++ === 0 ? undefined : on.verifications.get(ref),
    };
    expect(await on.verify({ attempt, frames: [frame(1, 7)] }, on.caller, { verifications })).toEqual(winner);
    expect(await on.balance()).toBe(9);
  });

  test('L-62 an erasure that comes while frames are looked at wins', async () => {
    const on = await stage();
    const vision = {
      ...on.vision,
      readFace: async (image: Uint8Array) => {
        await eraseUser(on, on.caller, 'u');
        return on.vision.readFace(image);
      },
    };
    expect(await on.codeOf(on.verify({}, on.caller, { vision }))).toBe('user_not_enrolled');
    expect(await on.balance()).toBe(10);
    expect(on.vault.forgotten).toContain(on.enrolment.embeddingId);
  });

  test('X-34 with a test key nothing is taken', async () => {
    const on = await stage();
    const tester = { ...on.caller, mode: 'test' } as const;
    await enrolUser(on, tester, { userId: 'u', frames: [frame(1, 15)] });
    expect(await on.codeOf(on.verify({}, tester))).toBe(true);
    expect(await on.balance()).toBe(10);
  });
});

describe('templates of more than one model set', () => {
  const older = (whose: number) => (face: Face) => ({ ...face, olderTemplates: [template('old/1', whose)] });
  const enrolledBefore = async (modelSet: string, change: (face: Face) => Face) => {
    const on = await stage(change);
    const user = { tenantId: on.tenant.tenantId, mode: 'live', userId: 'w' } as const;
    const sealed = await on.vault.seal(user.tenantId, 'emb_old', [template(modelSet, 1)]);
    await on.enrolments.put(user, { ...on.enrolment, embeddingId: 'emb_old', sealed: { [modelSet]: sealed } }, []);
    const sets = async () => Object.keys((await on.enrolments.get(user))?.enrolment?.sealed ?? {});
    return { ...on, sets };
  };

  test('a user of an older set is compared by that one, and gets the newer one beside it on success', async () => {
    const on = await enrolledBefore('old/1', older(1));
    const first = await on.verify({ userId: 'w' });
    expect(first).toMatchObject({ ok: true, value: { stepUp: { match: true, modelSet: 'old/1' } } });
    expect(await on.sets()).toEqual(['old/1', 'new/2']);
    const second = await on.verify({ userId: 'w', frames: [frame(1, 7)] });
    expect(second).toMatchObject({ value: { stepUp: { match: true, modelSet: 'new/2' } } });
  });

  test('a face that is another one renews nothing', async () => {
    const on = await enrolledBefore('old/1', older(2));
    expect(await on.codeOf(on.verify({ userId: 'w' }))).toBe(false);
    expect(await on.sets()).toEqual(['old/1']);
  });

  test('a set that nobody knows any more cannot be compared: the user must enrol again, and nothing is charged', async () => {
    const on = await enrolledBefore('ancient/0', older(1));
    expect(await on.verify({ userId: 'w' })).toMatchObject({
      error: { code: 'user_not_enrolled', detail: { reason: 'model_set_retired' } },
    });
    expect(await on.balance()).toBe(10);
  });
});

describe('enrol and introspect', () => {
  test('L-61 frames of two people enrol nobody', async () => {
    const on = await stage();
    expect(await enrolUser(on, on.caller, { userId: 'x', frames: [frame(1, 1), frame(2, 1)] })).toMatchObject({
      error: { code: 'quality_below_threshold', detail: { reason: 'frames_disagree' } },
    });
    expect(await on.enrolments.get({ ...on.caller, userId: 'x' })).toBeUndefined();
  });

  test('L-48 the same attempt is answered the same, another one is refused, and leaves nothing with the engine', async () => {
    const on = await stage();
    const request = { userId: 'x', frames: [frame(1, 1)], attempt: 'h1' };
    const first = await enrolUser(on, on.caller, request);
    expect(await enrolUser(on, on.caller, request)).toEqual(first);
    expect(await enrolUser(on, on.caller, { ...request, attempt: 'h2' })).toMatchObject({
      error: { code: 'already_enrolled' },
    });
    const enrolments = { ...on.enrolments, get: async () => undefined };
    expect(await enrolUser({ ...on, enrolments }, on.caller, request)).toMatchObject({ ok: false });
    expect(on.vault.forgotten).toHaveLength(1);
  });

  test('L-65 a token is active while it is the one given out, in its minute, of a user who was not erased since', async () => {
    const on = await stage();
    const verified = await on.verify();
    if (!verified.ok) throw new Error(verified.error.message);
    const { jwt, exp } = verified.value.stepUp;
    const ask = (token: string, asOf = on.clock.now()) => introspectToken(on, on.caller, token, asOf);
    expect(await ask(jwt)).toMatchObject({ active: true, revoked: false });
    expect(await ask(jwt, exp * 1000)).toMatchObject({ active: false, revoked: false });
    const forged = await on.tokens.sign(on.tenant.tenantId, { ...JSON.parse(jwt)[1], amt: '9' });
    expect(await ask(forged)).toMatchObject({ active: false, revoked: false });
    for (const claims of [
      {},
      { verification_id: 5, sub: 'u', exp: 9e9 },
      { verification_id: 'vf_1', sub: 'u', exp: 9e9 },
    ])
      expect(await ask(await on.tokens.sign(on.tenant.tenantId, claims))).toMatchObject({ active: false });
    await eraseUser(on, on.caller, 'u');
    expect(await ask(jwt)).toMatchObject({ active: false, revoked: true });
  });
});
