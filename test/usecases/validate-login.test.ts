import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { measured, unavailable } from '../../lambdas/domain/evidence.ts';
import { save } from '../../lambdas/domain/login-records.ts';
import { faceIdOf } from '../../lambdas/domain/person.ts';
import { partId } from '../../lambdas/domain/validation.ts';
import { deletePerson } from '../../lambdas/usecases/delete-person.ts';
import { cancelSession } from '../../lambdas/usecases/end-session.ts';
import { sweep } from '../../lambdas/usecases/sweep.ts';
import { validateLogin } from '../../lambdas/usecases/validate-login.ts';
import { face } from '../support/evidence.ts';
import { aLoginWorld, ana, bea, flowId } from './login-world.ts';

const pictureOf = (id: string) => `login/tn_AAAAAAAAAAAAAAAA/live/${partId(id, 'image')}`;
const failedWith = (code: string) => ({ ok: false, error: { code } });

describe('V-20 the order of the steps', () => {
  test('V-20 V-22 a session that is over: nobody looks', async () => {
    const login = await aLoginWorld();
    const { caller, now } = await login.begin();
    const late = login.sent({ asOf: login.clock.now() + 600_000 });
    expect(await validateLogin(login, caller, late)).toMatchObject(failedWith('session_expired'));
    await cancelSession(login, caller, caller.keyId);
    expect(await validateLogin(login, caller, login.sent())).toMatchObject(failedWith('session_cancelled'));
    expect(login.counted).toEqual({ looks: 0, searches: 0, pictures: 0 });
    expect(await now()).toMatchObject({ state: 'cancelled', attempts: 0 });
  });

  test('V-20 V-24 V-29 V-31 liveness that falls short: nobody searches, the try counts and is told with its score', async () => {
    const login = await aLoginWorld();
    const { caller, now } = await login.begin();
    login.seen.liveness = measured(0.45);
    const judged = await validateLogin(login, caller, login.sent());
    expect(judged).toMatchObject({ ok: false, error: { code: 'liveness_failed', detail: { score: 0.45 } } });
    expect(login.counted).toEqual({ looks: 1, searches: 0, pictures: 0 });
    expect(await now()).toMatchObject({ state: 'active', attempts: 1, livenessScore: 0.45 });
    expect(login.types()).toEqual(['biometric_validation_liveness_failed', 'biometrics_liveness_score_not_acceptable']);
    expect(login.world.events.published[0]?.facts).toMatchObject({ livenessScore: 0.45, status: 'new', attempts: 1 });
    expect(await login.balance()).toBe(10);
  });

  test('V-20 V-26 a face that nobody has: nothing is kept of it but the scores', async () => {
    const login = await aLoginWorld();
    const { caller, now } = await login.begin();
    login.seen.found = [{ faceId: faceIdOf(ana, ana), similarity: 0.8499 }];
    expect(await validateLogin(login, caller, login.sent())).toMatchObject(failedWith('person_not_found'));
    expect(login.counted).toEqual({ looks: 1, searches: 1, pictures: 0 });
    expect(await now()).toMatchObject({ attempts: 1, livenessScore: 0.9, searchScore: 0.8499 });
  });

  test('V-25 V-33 the thresholds are the flow’s, and two people within 0.02 are not told apart', async () => {
    const anyScore = fc.integer({ min: 0, max: 100 }).map((n) => n / 100);
    await fc.assert(
      fc.asyncProperty(anyScore, anyScore, anyScore, async (liveness, first, second) => {
        const login = await aLoginWorld();
        const { caller } = await login.begin();
        login.seen.liveness = measured(liveness);
        login.seen.found = [
          { faceId: faceIdOf(ana, ana), similarity: first },
          { faceId: faceIdOf(bea, bea), similarity: second },
        ];
        const judged = await validateLogin(login, caller, login.sent());
        const [best, next] = [Math.max(first, second), Math.min(first, second)];
        const expected =
          liveness < 0.55
            ? 'liveness_failed'
            : best < 0.85
              ? 'person_not_found'
              : next >= 0.85 && best - next <= 0.02
                ? 'multiple_candidates'
                : undefined;
        expect(judged.ok ? undefined : judged.error.code).toBe(expected);
        if (judged.ok) expect(judged.value.person.id).toBe(first > second ? ana : bea);
        expect(await login.balance()).toBe(judged.ok ? 9 : 10);
      }),
      { numRuns: 60 },
    );
  });
});

describe('V-32 tries', () => {
  test('V-32 nobody in the picture, a collection that is not there, liveness that cannot be judged: none counts', async () => {
    const login = await aLoginWorld();
    const { caller, now } = await login.begin();
    login.seen.face = undefined;
    expect(await validateLogin(login, caller, login.sent())).toMatchObject(failedWith('no_face_detected'));
    login.seen.face = face();
    login.seen.found = [];
    expect(await validateLogin(login, caller, login.sent())).toMatchObject(failedWith('collection_not_configured'));
    login.seen.liveness = unavailable('No model.');
    expect(await validateLogin(login, caller, login.sent())).toMatchObject(failedWith('liveness_failed'));
    expect(await now()).toMatchObject({ state: 'active', attempts: 0 });
    expect(login.types()).toEqual([]);
  });

  test('V-32 V-31 the third one that counts ends it, and is told', async () => {
    const login = await aLoginWorld();
    const { caller, now } = await login.begin();
    login.seen.liveness = measured(0.1);
    for (let tries = 0; tries < 3; tries++) await validateLogin(login, caller, login.sent());
    expect(await now()).toMatchObject({ state: 'failed', attempts: 3 });
    expect(login.types()).toContain('biometric_validation_failed');
    expect(await validateLogin(login, caller, login.sent())).toMatchObject(failedWith('session_cancelled'));
    expect(login.counted.looks).toBe(3);
  });

  test('V-32 one look at a time: a guesser gains nothing by asking at once', async () => {
    const login = await aLoginWorld();
    const { caller, now } = await login.begin();
    login.seen.liveness = measured(0.1);
    await Promise.all(Array.from({ length: 10 }, () => validateLogin(login, caller, login.sent())));
    expect(login.counted.looks).toBe(1);
    expect(await now()).toMatchObject({ attempts: 1 });
  });

  test('a look that died is given up after its time, and counts as no try', async () => {
    const login = await aLoginWorld();
    const { caller, now } = await login.begin();
    const dying = { ...login, vision: { ...login.vision, readFace: () => Promise.reject(new Error('killed')) } };
    await expect(validateLogin(dying, caller, login.sent())).rejects.toThrow('killed');
    expect(await validateLogin(login, caller, login.sent())).toMatchObject(failedWith('conflict'));
    login.clock.move(30_000);
    expect((await validateLogin(login, caller, login.sent())).ok).toBe(true);
    expect(await now()).toMatchObject({ state: 'validated', attempts: 0 });
  });
});

describe('V-30 success is one step', () => {
  test('V-30 V-07 one credit, one picture, one person, told once', async () => {
    const login = await aLoginWorld();
    const { caller, id, now } = await login.begin();
    const judged = await validateLogin(login, caller, login.sent());
    expect(judged).toMatchObject({ ok: true, value: { person: { id: ana, name: 'Ana' } } });
    expect(await now()).toMatchObject({ state: 'validated', livenessScore: 0.9, searchScore: 0.95 });
    expect(await login.balance()).toBe(9);
    expect(login.media.objects.has(pictureOf(id))).toBe(true);
    expect(login.types()).toEqual(['biometric_validation_validated', 'credits.low']);
    expect(await login.outbox.due(Number.MAX_SAFE_INTEGER, 9)).toEqual([]);
  });

  test('V-51 a session that is cancelled while it is looked at: nothing is kept, nothing charged', async () => {
    const login = await aLoginWorld();
    const { caller, id, now } = await login.begin();
    const search = async (...args: Parameters<typeof login.gallery.search>) => {
      await cancelSession(login, caller, caller.keyId);
      return login.gallery.search(...args);
    };
    const judged = await validateLogin({ ...login, gallery: { ...login.gallery, search } }, caller, login.sent());
    expect(judged).toMatchObject(failedWith('session_cancelled'));
    expect(await now()).toMatchObject({ state: 'cancelled' });
    expect(login.media.objects.has(pictureOf(id))).toBe(false);
    expect(await login.balance()).toBe(10);
  });

  test('nobody logs in as someone who is deleted meanwhile; later the pictures of logins go with the person', async () => {
    const login = await aLoginWorld();
    const first = await login.begin();
    await validateLogin(login, first.caller, login.sent());
    const { caller, id } = await login.begin();
    const put = async (key: string, bytes: Uint8Array, type: string) => {
      await login.media.put(key, bytes, type);
      await deletePerson(login, login.realm, ana);
    };
    const judged = await validateLogin({ ...login, media: { ...login.media, put } }, caller, login.sent());
    expect(judged).toMatchObject(failedWith('person_not_found'));
    for (const one of [id, first.id]) expect(login.media.objects.has(pictureOf(one))).toBe(false);
    expect(await login.balance()).toBe(9);
  });

  test('of one person’s logins the newest pictures are kept, twenty at most', async () => {
    const login = await aLoginWorld();
    const ids: string[] = [];
    for (let n = 0; n < 22; n++) {
      const { caller, id } = await login.begin({ type: 'validation' });
      await validateLogin(login, caller, login.sent());
      ids.push(id);
    }
    const kept = ids.filter((id) => login.media.objects.has(pictureOf(id)));
    expect(kept).toEqual(ids.slice(2));
  });

  test('someone else writes the person at the same time: it is tried again', async () => {
    const login = await aLoginWorld();
    const { caller } = await login.begin();
    let changed = false;
    const put = async (...args: Parameters<typeof login.media.put>) => {
      await login.media.put(...args);
      const person = await login.records.get(login.realm, 'person', ana);
      if (person && !changed) await login.records.commit(login.realm, [save('person', { ...person, notes: 'new' })]);
      changed = true;
    };
    const judged = await validateLogin({ ...login, media: { ...login.media, put } }, caller, login.sent());
    expect(judged.ok).toBe(true);
    expect(await login.balance()).toBe(9);
  });

  test('C-07 repeated under its key where the process died before the answer: the same answer, no second look', async () => {
    const login = await aLoginWorld();
    const { caller } = await login.begin();
    const first = await validateLogin(login, caller, login.sent({ attempt: 'a' }));
    const again = await validateLogin(login, caller, login.sent({ attempt: 'a' }));
    expect(again.ok && again.value.validation.outcome).toEqual(first.ok && first.value.validation.outcome);
    expect(login.counted.looks).toBe(1);
    const other = await validateLogin(login, caller, login.sent({ attempt: 'b' }));
    expect(other).toMatchObject(failedWith('session_completed'));
    expect(await login.balance()).toBe(9);
  });

  test('V-30 S-16 a balance of 0 stops it before anybody looks; with test keys nothing is taken', async () => {
    const login = await aLoginWorld();
    await login.credits.grant(login.tenant.tenantId, {
      id: 'g',
      type: 'grant',
      amount: -10,
      reason: 'r',
      createdAt: 1,
    });
    const { caller } = await login.begin();
    expect(await validateLogin(login, caller, login.sent())).toMatchObject(failedWith('insufficient_credits'));
    expect(login.counted.looks).toBe(0);
  });
});

describe('S-05 S-13 liveness that is not what decides', () => {
  const flowWith = async (livenessMinScore: number) => {
    const login = await aLoginWorld();
    const flow = await login.records.get(login.realm, 'projectFlow', flowId);
    if (flow) await login.records.commit(login.realm, [save('projectFlow', { ...flow, livenessMinScore })]);
    return login;
  };

  test('S-13 a minimum of 0 turns it off, and the outcome says so', async () => {
    const login = await flowWith(0);
    login.seen.liveness = measured(0.01);
    const { caller, now } = await login.begin();
    await validateLogin(login, caller, login.sent());
    expect(await now()).toMatchObject({ state: 'validated', outcome: { waiver: 'liveness_off' } });
  });

  test('S-05 a tenant that does not require it is let through where it cannot be judged, not where it fails', async () => {
    const login = await aLoginWorld();
    await login.tenants.update(login.tenant.tenantId, { settings: { requireLiveness: false } });
    const failing = await login.begin();
    login.seen.liveness = measured(0.2);
    expect(await validateLogin(login, failing.caller, login.sent())).toMatchObject(failedWith('liveness_failed'));
    const blind = await login.begin();
    login.seen.liveness = unavailable('No model.');
    expect((await validateLogin(login, blind.caller, login.sent())).ok).toBe(true);
    expect(await blind.now()).toMatchObject({ outcome: { waiver: 'liveness_not_required' } });
  });
});

describe('the sweeper', () => {
  const sweepAt = (login: Awaited<ReturnType<typeof aLoginWorld>>) => sweep({ ...login.world, media: login.media });

  test('V-22 ends a session whose time is over, tells of it once, and takes what a dying look left behind', async () => {
    const login = await aLoginWorld();
    const { caller, id, now } = await login.begin();
    const commit: typeof login.records.commit = async (...args) => {
      if (login.counted.pictures > 0) throw new Error('killed');
      return login.records.commit(...args);
    };
    const dying = { ...login, records: { ...login.records, commit } };
    await expect(validateLogin(dying, caller, login.sent())).rejects.toThrow('killed');
    expect(login.media.objects.has(pictureOf(id))).toBe(true);
    await sweepAt(login);
    expect(await now()).toMatchObject({ state: 'active' });
    login.clock.move(600_000);
    await sweepAt(login);
    expect(await now()).toMatchObject({ state: 'expired' });
    expect(login.media.objects.has(pictureOf(id))).toBe(false);
    expect(login.types()).toEqual(['biometric_validation_failed']);
    await sweepAt(login);
    expect(login.types()).toHaveLength(1);
    expect(await login.balance()).toBe(10);
  });

  test('V-31 tells what was written and not told, under the same ids', async () => {
    const login = await aLoginWorld();
    const { caller } = await login.begin();
    const publish = () => Promise.reject(new Error('the bus is away'));
    const judged = await validateLogin({ ...login, events: { publish } }, caller, login.sent());
    expect(judged.ok).toBe(true);
    expect(login.types()).toEqual([]);
    login.clock.move(60_000);
    await sweepAt(login);
    expect(login.types()).toEqual(['biometric_validation_validated', 'credits.low']);
    await sweepAt(login);
    expect(login.types()).toHaveLength(2);
  });

  test('waits for a look that is under way when the time is over', async () => {
    const login = await aLoginWorld();
    const { caller, now } = await login.begin({ expiresAt: login.clock.now() + 10_000 });
    const readFace = async () => {
      login.clock.move(20_000);
      await sweepAt(login);
      return login.vision.readFace(new Uint8Array());
    };
    const slow = { ...login, vision: { ...login.vision, readFace } };
    expect((await validateLogin(slow, caller, login.sent())).ok).toBe(true);
    expect(await now()).toMatchObject({ state: 'validated' });
  });
});
