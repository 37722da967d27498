import { jwtVerify } from 'jose';
import sharp from 'sharp';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { call, integrator, type Json } from '../../support/client.ts';
import { runCommand } from '../../support/run-command.ts';
import { base64, newUser, type StepUpClient, stepUp } from './step-up.ts';

const service = inject('service');
const { api } = integrator(service);

describe('step-up, a verification', () => {
  let acme: StepUpClient;
  let photo: Buffer;
  const claimsOf = async (jwt: string): Promise<Json> => {
    const secret = new TextEncoder().encode(acme.tenant.signingSecret);
    return (await jwtVerify(jwt, secret, { algorithms: ['HS256'], typ: 'JWT' })).payload;
  };

  beforeAll(async () => {
    acme = await stepUp();
    photo = await acme.genuine();
  });

  test('L-01 L-30 L-31 L-32 L-33 K-07 the verdict is in the answer, its six fields first', async () => {
    const before = Math.floor(Date.now() / 1000);
    const { status, body } = await acme.verify(await acme.enrolled(), [photo]);
    expect(status).toBe(200);
    expect(Object.keys(body).slice(0, 6)).toEqual(['jwt', 'verification_id', 'match', 'score', 'iat', 'exp']);
    expect(body.verification_id).toMatch(/^ver_[0-9A-Za-z]{11}$/);
    expect(body.match).toBe(true);
    expect(body.score).toBeGreaterThanOrEqual(0.8);
    expect(body.score).toBeLessThanOrEqual(1);
    expect(body.score).toBe(Math.round(body.score * 10_000) / 10_000);
    expect(body.iat).toBeGreaterThanOrEqual(before);
    expect(body.exp).toBe(body.iat + 60);
    for (const { name, score, passed, reason } of body.signals) {
      expect(reason, name).toMatch(/\.$/);
      if (score === null) expect(passed, name).toBe(false);
    }
    expect(body.model_set).toMatch(/\/\d+$/);
  });

  test('L-34 L-35 L-36 the token is HS256 by the signing secret, its claims are the body’s, what was not sent is not there', async () => {
    const user = await acme.enrolled();
    const { body } = await acme.verify(user, [photo]);
    const { jwt, verification_id, match, score, iat, exp } = body;
    expect(await claimsOf(jwt)).toEqual({
      ...{ iss: 'selfsame', sub: user, act: 'wire', live: 'passive' },
      ...{ match, score, iat, exp, verification_id },
    });
    const header = JSON.parse(Buffer.from(jwt.split('.')[0], 'base64url').toString());
    expect(header).toEqual({ alg: 'HS256', typ: 'JWT', kid: expect.any(String) });
    const wrong = new TextEncoder().encode(`${acme.tenant.signingSecret}x`);
    await expect(jwtVerify(jwt, wrong)).rejects.toThrow('signature');
  });

  test('L-12 L-13 L-14 action, amount and asset are in the token as they were sent', async () => {
    const money = { action: 'foo bär', amt: '50000.000000000000000001', asset: 'USDT' };
    const { body } = await acme.verify(await acme.enrolled(), [photo], money);
    expect(await claimsOf(body.jwt)).toMatchObject({ act: 'foo bär', amt: money.amt, asset: 'USDT' });
  });

  test('L-15 live is passive unless said otherwise', async () => {
    const said = await acme.verify(await acme.enrolled(), [photo], { live: 'passive' });
    expect(await claimsOf(said.body.jwt)).toMatchObject({ live: 'passive' });
    expect(await acme.verify(newUser(), [photo], { live: 'x' })).toMatchObject({ status: 400 });
  });

  test('L-16 a frame may be a data URI or bare base64', async () => {
    for (const frame of [
      `data:image/jpeg;base64,${base64(photo)}`,
      `DATA:image/jpeg;base64,${base64(photo)}`,
      base64(photo).replace(/=+$/, ''),
    ])
      expect((await acme.verify(await acme.enrolled(), [], { frames: [frame] })).status).toBe(200);
  });

  test('L-16 base64 may be wrapped, as MIME and many encoders have it', async () => {
    const wrapped = base64(photo).replace(/.{76}/g, '$&\r\n');
    expect((await acme.verify(await acme.enrolled(), [], { frames: [wrapped] })).status).toBe(200);
  });

  test('L-18 passive with three frames is judged by the clearest', async () => {
    const user = await acme.enrolled();
    const dim = await sharp(photo).linear(0.2).blur(4).jpeg().toBuffer();
    const dimmer = await sharp(photo).linear(0.15).blur(6).jpeg().toBuffer();
    const three = await acme.verify(user, [dim, photo, dimmer]);
    const alone = await acme.verify(await acme.enrolled(), [photo]);
    expect([three.status, three.body.score]).toEqual([200, alone.body.score]);
  });

  test('L-41 K-05 K-08 K-18 K-19 a stranger is 422 low_confidence with the signed token and match false', async () => {
    const user = await acme.enrolled();
    const { status, body, headers } = await acme.verify(user, [await acme.stranger()], { amt: '1' });
    expect(status).toBe(422);
    expect(body).toMatchObject({ error: 'low_confidence', code: 'low_confidence', match: false });
    expect(body.request_id).toBe(headers.get('x-request-id'));
    expect(body.score).toBeLessThan(0.5);
    expect(await claimsOf(body.jwt)).toMatchObject({
      ...{ sub: user, amt: '1', match: false, score: body.score },
      verification_id: body.verification_id,
    });
    // Kept for audit, and charged: it was judged.
    expect(await acme.records()).toContainEqual(
      expect.objectContaining({ verificationId: body.verification_id, contract: 'step-up', state: 'rejected' }),
    );
    expect((await acme.ledger())[0]).toMatchObject({ type: 'debit', verificationId: body.verification_id });
  });

  test('K-05 the tenant’s own threshold decides', async () => {
    const lax = await stepUp({ settings: { thresholds: { liveness: 0, match: 0.05 } } });
    const { status, body } = await lax.verify(await lax.enrolled('ana'), [photo]);
    expect([status, body.match]).toEqual([body.score >= 0.05 ? 200 : 422, body.score >= 0.05]);
    const strict = await stepUp({ settings: { thresholds: { liveness: 0, match: 1 } } });
    const refused = await strict.verify(await strict.enrolled(), [photo]);
    expect(refused).toMatchObject({ status: 422, body: { code: 'low_confidence', match: false } });
    expect(refused.body.score).toBeGreaterThan(0.8);
  });

  test('L-02 a secret key alone may', async () => {
    const body = { user_id: 'u', action: 'a', frames: [base64(photo)] };
    const ask = (options: object) => api('POST', '/v1/verify', { body, ...options });
    expect(await ask({})).toMatchObject({ status: 401, body: { code: 'invalid_credentials' } });
    expect(await ask({ key: `${acme.key}x` })).toMatchObject({ status: 401, body: { code: 'invalid_credentials' } });
    expect(await ask({ key: acme.tenant.keys.pkLive })).toMatchObject({ status: 403 });
  });

  test('L-01 the contract is served below its own mount too', async () => {
    const user = await acme.enrolled();
    const body = { user_id: user, action: 'wire', frames: [base64(photo)] };
    const reply = await acme.post('/step-up/v1/verify', body);
    expect(reply).toMatchObject({ status: 200, body: { match: true } });
    const read = await acme.api('GET', `/step-up/v1/verify/${reply.body.verification_id}`);
    expect(read).toMatchObject({ status: 200, body: { user_id: user } });
  });

  test('L-63 health asks for nothing', async () => {
    for (const path of ['/v1/health', '/step-up/v1/health'])
      expect(await call(service.url, 'GET', path)).toMatchObject({ status: 200, body: { status: 'ok' } });
  });

  test('C-03 S-12 an operator’s lists and the command line show step-ups beside everything else', async () => {
    const { body } = await acme.verify(await acme.enrolled(), [photo]);
    const listed = (await acme.records()).find(({ verificationId }) => verificationId === body.verification_id);
    expect(listed).toMatchObject({
      contract: 'step-up',
      state: 'approved',
      confidence: expect.closeTo(body.score * 100, 6),
      failure: null,
    });
    expect(listed.completedAt).not.toBeNull();
    const operator = { SELFSAME_DATA: service.data, SELFSAME_KEY: acme.key };
    const list = await runCommand(['verifications', 'list', '--tenant', acme.tenant.tenantId, '--json'], operator);
    expect(JSON.parse(list.stdout).verifications).toContainEqual(listed);
    const shown = await runCommand(['verifications', 'show', body.verification_id], operator);
    expect([shown.code, shown.stderr]).toEqual([0, '']);
    expect(shown.stdout).toMatch(/face_match .*yes/);
    expect(shown.stdout).toContain(`match, score ${body.score}`);
  });
});
