import { decodeJwt, jwtVerify } from 'jose';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Json } from '../../support/client.ts';
import { startReceiver } from '../../support/webhook-receiver.ts';
import { type HostedClient, hosted } from './hosted.ts';
import { idPhoto, selfieVideo, trusting } from './media.ts';

describe('hosted, a submission from the page', () => {
  let acme: HostedClient;
  let photo: Uint8Array;

  beforeAll(async () => {
    acme = await hosted({ settings: trusting });
    photo = await idPhoto();
  });

  const submit = (session: Json) => acme.within(session, 'POST', '/submit', {});

  test('P-08 P-09 P-36 what was uploaded is judged once; the person goes back with a result that the partner can check', async () => {
    const { session, challenge } = await acme.openFollowable({
      return_url: 'https://shop.example/done?order=1',
      state: 'st<ate>&',
    });
    await acme.consent(session);
    await acme.upload(session, 'id_photo', photo, 'image/jpeg');
    await acme.upload(session, 'selfie_video', await selfieVideo(challenge), 'video/mp4');
    const [first, second] = await Promise.all([submit(session), submit(session)]);
    expect({ status: first.status, body: first.body }).toMatchObject({ status: 200, body: { status: 'verified' } });
    expect(second.body).toMatchObject({ check_id: session.check_id, status: 'verified' });
    const { status, redirect_url } = first.body;
    const url = new URL(redirect_url);
    expect(url.origin + url.pathname).toBe('https://shop.example/done');
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      order: '1',
      check_id: session.check_id,
      status,
      state: 'st<ate>&',
    });
    const secret = new TextEncoder().encode(acme.tenant.signingSecret);
    const { payload } = await jwtVerify(url.searchParams.get('result') ?? '', secret, {
      audience: 'https://shop.example',
    });
    expect(payload).toMatchObject({ sub: 'user_1', check_id: session.check_id, status });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(600);

    const seen = (await acme.within(session, 'GET', '')).body;
    expect(seen).toMatchObject({ status: 'done', result: { status } });
    expect((await submit(session)).body).toMatchObject({ check_id: session.check_id, status });
    const closed = await acme.within(session, 'POST', '/uploads', {
      kind: 'id_photo',
      content_type: 'image/png',
      size: 9,
    });
    expect(closed.status).toBe(409);
    const debits = (await acme.ledger()).filter(({ verificationId }) => verificationId === session.check_id);
    expect(debits).toHaveLength(1);
    const check = (await acme.get(`/verif/checks/${session.check_id}`)).body;
    expect(check.consent).toMatchObject({ lang: 'en', purpose: 'identity_verification' });
    const file = await fetch(check.result.files.idPhoto.url);
    expect(Buffer.from(await file.arrayBuffer()).equals(Buffer.from(photo))).toBe(true);
  }, 60_000);

  test('P-09 C-12 without consent, or without a file, nothing is looked at and no attempt is spent', async () => {
    const session = await acme.openSession();
    expect(await submit(session)).toMatchObject({ status: 409, body: { code: 'consent_required' } });
    await acme.consent(session);
    await acme.upload(session, 'id_photo', photo, 'image/jpeg');
    const missing = await submit(session);
    expect(missing).toMatchObject({ status: 400, body: { error: 'Both selfie video and ID photo are required' } });
    expect((await acme.within(session, 'GET', '')).body).toMatchObject({ attempts_left: 5, status: 'open' });
    expect((await acme.get(`/verif/checks/${session.check_id}`)).body.status).toBe('open');
  });

  test('P-26 C-03 a file that cannot be read costs an attempt; after the last one the check is for a person to look at', async () => {
    await using receiver = await startReceiver();
    const partner = await hosted({ settings: { webhookUrl: receiver.url, returnUrls: ['https://shop.example'] } });
    const session = await partner.openSession({ return_url: 'https://shop.example/' });
    await partner.consent(session);
    for (const [kind, type] of [
      ['id_photo', 'image/jpeg'],
      ['selfie_video', 'video/mp4'],
    ] as const)
      await partner.upload(session, kind, new TextEncoder().encode('nothing to see'), type);
    for (let left = 4; left > 0; left--) {
      const tried = await partner.within(session, 'POST', '/submit', {});
      expect(tried).toMatchObject({ status: 422, body: { which: 'id_photo', retry: true, success: false } });
      expect(tried.body.reasons[0]).toMatch(/^image_/);
      expect((await partner.within(session, 'GET', '')).body.attempts_left).toBe(left);
    }
    const last = await partner.within(session, 'POST', '/submit', {});
    expect(last).toMatchObject({
      status: 200,
      body: { status: 'needs_review', reasons: ['processing_failed'], retry: false },
    });
    expect(decodeJwt(new URL(last.body.redirect_url).searchParams.get('result') ?? '').status).toBe('needs_review');
    const [call] = await receiver.wait(1);
    expect(call?.body).toMatchObject({ check_id: session.check_id, verification_result: { status: 'needs_review' } });
    expect((await partner.ledger()).filter(({ type }) => type === 'debit')).toEqual([]);
  });

  test('P-53 C-13 S-11 a session that is left is deleted with its check’s id, and all of a user at once', async () => {
    const session = await acme.openSession({ user_identifier: 'gone/1' });
    await acme.upload(session, 'id_photo', photo, 'image/jpeg');
    expect(
      (await acme.api('DELETE', `/verif/checks/${session.check_id}`, { key: acme.tenant.keys.skLive })).status,
    ).toBe(200);
    expect((await acme.within(session, 'GET', '')).status).toBe(401);
    expect((await acme.get(`/verif/checks/${session.check_id}`)).status).toBe(404);

    const left = await acme.openSession({ user_identifier: 'gone/2' });
    await acme.upload(left, 'id_photo', photo, 'image/jpeg');
    const subject = await acme.api('DELETE', `/v1/subjects/${encodeURIComponent('gone/2')}`, {
      key: acme.tenant.keys.skLive,
    });
    expect(subject.status).toBe(200);
    expect((await acme.get(`/verif/checks/${left.check_id}`)).status).toBe(404);
    expect((await acme.within(left, 'GET', '')).status).toBe(401);
  });
});
