import { describe, expect, test } from 'vitest';
import { measured, unavailable } from '../../lambdas/domain/evidence.ts';
import { partId } from '../../lambdas/domain/validation.ts';
import { cancelSession } from '../../lambdas/usecases/end-session.ts';
import { registerPerson } from '../../lambdas/usecases/register-person.ts';
import { sweep } from '../../lambdas/usecases/sweep.ts';
import { face } from '../support/evidence.ts';
import { aLoginWorld } from './login-world.ts';

const failedWith = (code: string) => ({ ok: false, error: { code } });

describe('V-42 a registration', () => {
  const begun = async () => {
    const login = await aLoginWorld();
    const session = await login.begin({ type: 'onboarding', identifier: 'cleo@example.com' });
    const send = (deps: Partial<typeof login> = {}, more: { force?: boolean; attempt?: string } = {}) =>
      registerPerson({ ...login, ...deps }, session.caller, { ...login.sent(), force: false, ...more });
    const person = () => login.records.get(login.realm, 'person', partId(session.id, 'person'));
    return { login, session, send, person };
  };

  test('V-42 V-49 makes the person, once, and is looked at once', async () => {
    const { login, session, send, person } = await begun();
    expect((await send()).ok).toBe(true);
    expect(login.counted.looks).toBe(1);
    expect(await person()).toMatchObject({ name: 'cleo@example.com', status: 'active' });
    expect(await session.now()).toMatchObject({ state: 'validated', livenessScore: 0.9 });
    expect(await send()).toMatchObject(failedWith('session_completed'));
    expect(await login.balance()).toBe(10);
  });

  test('V-42 killed after the person was made: the next picture makes the person anew, and there is one', async () => {
    const { login, session, send, person } = await begun();
    const commit: typeof login.records.commit = async (realm, changes, also) => {
      if (changes.some(({ kind }) => kind === 'identity')) throw new Error('killed');
      return login.records.commit(realm, changes, also);
    };
    await expect(send({ records: { ...login.records, commit } })).rejects.toThrow('killed');
    expect(await person()).toMatchObject({ status: 'active' });
    login.clock.move(30_000);
    expect((await send()).ok).toBe(true);
    expect(await session.now()).toMatchObject({ state: 'validated' });
    const all = await login.records.list(login.realm, 'person', { page: 1, perPage: 100 });
    expect(all.items).toHaveLength(3);
  });

  test('V-42 killed after the person was made, and never tried again: the sweeper takes the person back', async () => {
    const { login, send, person } = await begun();
    const commit: typeof login.records.commit = async (realm, changes, also) => {
      if (changes.some(({ kind }) => kind === 'identity')) throw new Error('killed');
      return login.records.commit(realm, changes, also);
    };
    await expect(send({ records: { ...login.records, commit } })).rejects.toThrow('killed');
    login.clock.move(600_000);
    await sweep({ ...login.world, media: login.media, gallery: login.gallery });
    expect(await person()).toBeUndefined();
    expect([...login.media.objects.keys()]).toEqual([]);
    expect(login.types()).toEqual(['app_registration_expired', 'biometric_validation_failed']);
  });

  test('V-42 cancelled while the person is made: nobody was made', async () => {
    const { login, session, send, person } = await begun();
    const put: typeof login.gallery.put = async (ref, id, template) => {
      await cancelSession(login, session.caller, session.caller.keyId);
      return login.gallery.put(ref, id, template);
    };
    expect(await send({ gallery: { ...login.gallery, put } })).toMatchObject(failedWith('conflict'));
    expect(await person()).toBeUndefined();
    expect(await session.now()).toMatchObject({ state: 'cancelled' });
    expect([...login.media.objects.keys()]).toEqual([]);
  });

  test('V-42 killed before the former person was deleted: nobody finds the former, and the sweeper ends it', async () => {
    const { login, send, person } = await begun();
    expect((await send()).ok).toBe(true);
    const second = await login.begin({ type: 'onboarding', identifier: 'cleo@example.com' });
    const killed = { ...login.gallery, delete: () => Promise.reject(new Error('killed')) };
    const forced = { ...login.sent(), force: true };
    await expect(registerPerson({ ...login, gallery: killed }, second.caller, forced)).rejects.toThrow('killed');
    expect(await person()).toMatchObject({ status: 'deleted' });
    expect(await second.now()).toMatchObject({ state: 'validated' });
    login.clock.move(60_000);
    await sweep({ ...login.world, media: login.media, gallery: login.gallery });
    expect(await person()).toBeUndefined();
  });

  test('V-42 a picture that is not fit for years is refused, and counts as no try', async () => {
    const { login, session, send } = await begun();
    login.seen.face = face({ quality: 0.2, reasons: ['face_blurred'] });
    expect(await send()).toMatchObject(failedWith('quality_below_threshold'));
    expect(await session.now()).toMatchObject({ state: 'active', attempts: 0 });
  });

  test('V-49 S-05 liveness that cannot be judged leaves it to a person', async () => {
    const { login, session, send, person } = await begun();
    login.seen.liveness = unavailable('No model.');
    expect(await send()).toMatchObject(failedWith('liveness_failed'));
    expect(await session.now()).toMatchObject({ state: 'failed', shortfall: 'liveness_unavailable' });
    expect(login.types()).toContain('app_registration_needs_manual_verification');
    expect(await person()).toBeUndefined();
  });

  test('V-32 V-49 liveness that falls short three times fails it', async () => {
    const { login, session, send } = await begun();
    login.seen.liveness = measured(0.2);
    for (let tries = 0; tries < 3; tries++) await send();
    expect(await session.now()).toMatchObject({ state: 'failed', attempts: 3 });
    expect(login.types()).toEqual(
      expect.arrayContaining(['app_registration_ongoing', 'app_registration_failed', 'biometric_validation_failed']),
    );
  });

  test('C-07 repeated under its key: the same registration', async () => {
    const { login, send } = await begun();
    const first = await send({}, { attempt: 'a' });
    const again = await send({}, { attempt: 'a' });
    expect(again.ok && again.value.validation.outcome).toEqual(first.ok && first.value.validation.outcome);
    expect(login.counted.looks).toBe(1);
  });
});
