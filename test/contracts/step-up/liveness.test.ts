import { hash } from 'node:crypto';
import sharp from 'sharp';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { integrator, type Json, type Reply } from '../../support/client.ts';
import { openLocalCloud } from '../../support/local-cloud.ts';
import { motionOf } from './motion.ts';
import { client, type StepUpClient, stepUp } from './step-up.ts';

const { api } = integrator(inject('service'));

/** The optional models that tell a print or a screen from a face may be absent: then the passive rung says so, and passes nobody. */
describe('step-up, liveness', () => {
  let acme: StepUpClient;
  let motion: Awaited<ReturnType<typeof motionOf>>;
  let passiveIsThere: boolean;
  const signal = ({ body }: Reply, name: string): Json => body.signals.find((one: Json) => one.name === name);

  beforeAll(async () => {
    // Thresholds as they are by default.
    acme = await stepUp({ settings: { thresholds: {} } });
    motion = await motionOf('dora');
    const { body } = await api('GET', '/ready');
    passiveIsThere = !('minifasnet-v2' in body.missing) && !('minifasnet-v1se' in body.missing);
  });

  test('S-13 L-42 passive liveness that cannot be judged is no pass: liveness_failed, next active', async () => {
    const reply = await acme.verify(await acme.enrolled('dora'), [motion.still]);
    if (passiveIsThere) {
      expect(reply).toMatchObject({ status: 200, body: { match: true } });
      expect(signal(reply, 'liveness')).toMatchObject({ passed: true, threshold: 0.55 });
    } else {
      expect(reply).toMatchObject({ status: 422, body: { error: 'liveness_failed', next: 'active' } });
      expect(signal(reply, 'liveness')).toMatchObject({ score: null, passed: false });
    }
  });

  test('S-13 with threshold 0 the rung is off, and the verdict says so', async () => {
    const off = await stepUp();
    const reply = await off.verify(await off.enrolled('dora'), [motion.still]);
    expect(reply.status).toBe(200);
    expect(signal(reply, 'liveness')).toMatchObject({
      score: null,
      passed: false,
      reason: expect.stringMatching(/off/),
    });
  });

  test('L-17 S-13 two frames of a head that turned pass dual_frame, whether or not the passive rung is there', async () => {
    const frames = [motion.still, await motion.turned({ yaw: 18 })];
    const reply = await acme.verify(await acme.enrolled('dora'), frames, { live: 'dual_frame' });
    expect(reply).toMatchObject({ status: 200, body: { match: true } });
    expect(signal(reply, 'depth_motion').passed).toBe(true);
    if (!passiveIsThere) expect(signal(reply, 'liveness')).toMatchObject({ score: null, passed: false });
  });

  test.each([
    ['moved and zoomed', { zoom: 0.8, shift: [20, 10] }],
    ['tilted', { yaw: 20, pitch: -8 }],
    ['bent', { pitch: 20, bend: 0.5 }],
  ] as const)('L-42 a photo that is %s in a plane never passes dual_frame or active', async (_what, held) => {
    const off = await stepUp();
    const user = await off.enrolled('dora');
    const moved = await motion.print(held);
    const dual = await off.verify(user, [motion.still, moved], { live: 'dual_frame' });
    expect(dual).toMatchObject({ status: 422, body: { code: 'liveness_failed', next: 'active' } });
    expect(signal(dual, 'depth_motion').passed).toBe(false);
    const third = await motion.print({ ...held, zoom: 0.9 });
    const active = await off.verify(user, [motion.still, moved, third], { live: 'active' });
    expect(active).toMatchObject({ status: 422, body: { code: 'liveness_failed' } });
    expect(active.body).not.toHaveProperty('next');
    expect(await off.ledger()).toHaveLength(1);
  });

  test('L-57 the same frame twice, or a copy of it, is liveness_failed', async () => {
    const off = await stepUp();
    const user = await off.enrolled('dora');
    const copy = await sharp(motion.still).resize(500).jpeg({ quality: 60 }).toBuffer();
    for (const second of [motion.still, copy]) {
      const reply = await off.verify(user, [motion.still, second], { live: 'dual_frame' });
      expect(reply).toMatchObject({ status: 422, body: { code: 'liveness_failed' } });
      expect(signal(reply, 'frames_differ').passed).toBe(false);
    }
  });

  test('L-57 a frame that was verified before, its file or a copy of it, is a replay for that user alone', async () => {
    const off = await stepUp();
    const user = await off.enrolled('cleo');
    const photo = await off.genuine();
    expect((await off.verify(user, [photo])).status).toBe(200);
    const copy = await sharp(photo).resize(500).jpeg({ quality: 60 }).toBuffer();
    for (const frame of [photo, copy]) {
      const reply = await off.verify(user, [frame]);
      expect(reply).toMatchObject({
        status: 422,
        body: { code: 'liveness_failed', reason: 'replayed', next: 'active' },
      });
      expect(signal(reply, 'frames_new').passed).toBe(false);
    }
    expect((await off.verify(await off.enrolled('cleo'), [photo])).status).toBe(200);
  });

  test('L-57 the very file that was enrolled is a replay', async () => {
    const off = await stepUp();
    const user = 'enrolled-with-it';
    const photo = await off.genuine();
    expect((await off.enroll(user, [photo])).status).toBe(200);
    expect(await off.verify(user, [photo])).toMatchObject({ status: 422, body: { reason: 'replayed' } });
  });

  describe('a challenge', () => {
    let off: StepUpClient;
    let user: string;
    const issue = async (body: object = {}, on = off): Promise<Json> =>
      (await on.post('/v1/challenges', { user_id: user, ...body })).body;
    const active = (challenge: object, frames = [motion.still, motion.still, motion.still], more = {}, on = off) =>
      on.verify(user, frames, { live: 'active', ...challenge, ...more });

    beforeAll(async () => {
      off = await stepUp();
      user = await off.enrolled('dora');
    });

    test('L-64 has prompts in an order that varies, a nonce and two minutes', async () => {
      const before = Date.now();
      const all = [];
      for (let nth = 0; nth < 12; nth++) all.push(await issue());
      expect(new Set(all.map(({ prompts }) => prompts.join())).size).toBeGreaterThan(3);
      expect(new Set(all.map(({ nonce }) => nonce)).size).toBe(12);
      for (const { prompts, expires_at, challenge_id } of all) {
        expect(prompts.length).toBeGreaterThanOrEqual(2);
        expect(challenge_id).toMatch(/^chl_\w{16}$/);
        expect(Date.parse(expires_at) - before).toBeGreaterThanOrEqual(120_000);
        expect(Date.parse(expires_at) - before).toBeLessThan(150_000);
      }
    });

    test('L-64 is for enrolled users', async () => {
      expect(await off.post('/v1/challenges', { user_id: 'nobody' })).toMatchObject({
        status: 404,
        body: { code: 'user_not_enrolled' },
      });
    });

    test('L-64 that is not followed fails, and is used up by that', async () => {
      const { challenge_id } = await issue();
      const frames = [motion.still, await motion.turned({ pitch: -10 }), await motion.turned({ pitch: -18 })];
      const first = await active({ challenge_id }, frames);
      expect(first).toMatchObject({ status: 422, body: { code: 'liveness_failed', reason: 'not_shown' } });
      expect(signal(first, 'challenge').passed).toBe(false);
      const second = await active({ challenge_id }, frames);
      expect(second).toMatchObject({ status: 422, body: { code: 'liveness_failed', reason: 'challenge_unknown' } });
    });

    test('L-64 counts once among calls at the same time', async () => {
      const { challenge_id } = await issue();
      const all = await Promise.all(Array.from({ length: 4 }, () => active({ challenge_id })));
      const reasons = all.map(({ body }) => body.reason).toSorted();
      expect(reasons.filter((reason) => reason === 'challenge_unknown')).toHaveLength(3);
    });

    test('L-64 is bound to its user, its action and its nonce', async () => {
      const other = await off.enrolled('cleo');
      const mine = await issue();
      const theirs = await off.verify(other, [motion.still, motion.still, motion.still], {
        ...{ live: 'active', challenge_id: mine.challenge_id },
      });
      expect(theirs.body).toMatchObject({ code: 'liveness_failed', reason: 'challenge_unknown' });
      const wire = await issue({ action: 'wire' });
      const trade = await active({ challenge_id: wire.challenge_id }, undefined, { action: 'trade' });
      expect(trade.body).toMatchObject({ code: 'liveness_failed', reason: 'challenge_unknown' });
      const { challenge_id } = await issue();
      expect((await active({ challenge_id, nonce: 'x' })).body).toMatchObject({ reason: 'challenge_unknown' });
    });

    test('L-64 is over after two minutes', async () => {
      const sandbox = client(off.tenant, off.tenant.keys.skTest);
      const someone = await sandbox.enrolled('dora');
      const { challenge_id, expires_at } = (await sandbox.post('/v1/challenges', { user_id: someone })).body;
      const late = await sandbox.verify(
        someone,
        [motion.still, motion.still, motion.still],
        { live: 'active', challenge_id },
        { 'x-test-clock': expires_at },
      );
      expect(late.body).toMatchObject({ code: 'liveness_failed', reason: 'challenge_expired' });
    });

    test('L-64 that is followed in its order passes, once', async () => {
      const { plant } = await openLocalCloud(inject('service').data);
      const frames = [motion.still, await motion.turned({ yaw: 15 }), await motion.turned({ yaw: -15 })];
      const someone = await off.enrolled('dora');
      // Expressions cannot be rendered from a photo: the turns alone are asked for.
      const planted = async (challengeId: string, prompts: readonly string[]) => {
        const fields = { challengeId, nonce: 'n', prompts, expiresAt: Date.now() + 60_000, ttl: 4_000_000_000 };
        await plant(off.tenant.tenantId, 'live', `user#${hash('sha256', someone)}`, `challenge#${challengeId}`, fields);
        return { live: 'active', challenge_id: challengeId };
      };
      const reversed = await off.verify(someone, frames, await planted('chl_a', ['turn_right', 'turn_left']));
      expect(reversed).toMatchObject({ status: 422, body: { reason: 'not_shown' } });
      const asked = await planted('chl_b', ['turn_left', 'turn_right']);
      const followed = await off.verify(someone, frames, asked);
      expect(followed).toMatchObject({ status: 200, body: { match: true } });
      expect(signal(followed, 'challenge')).toMatchObject({ passed: true, score: 1 });
      expect(await off.verify(someone, frames, asked)).toMatchObject({ body: { reason: 'challenge_unknown' } });
    });

    test('L-64 active without one passes on motion, and says that a recording would too', async () => {
      const frames = [motion.still, await motion.turned({ yaw: 15 }), await motion.turned({ yaw: -15 })];
      const reply = await active({}, frames);
      expect(reply).toMatchObject({ status: 200, body: { match: true } });
      expect(signal(reply, 'challenge').reason).toMatch(/recording/);
    });
  });
});
