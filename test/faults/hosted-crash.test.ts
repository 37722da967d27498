import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type HostedClient, hosted } from '../contracts/hosted/hosted.ts';
import { idPhoto, selfieVideo, trusting } from '../contracts/hosted/media.ts';
import { imageWorkers, openLocalCloud } from '../support/local-cloud.ts';
import { type Service, startService } from '../support/service.ts';

describe('a hosted submission whose function dies', { timeout: 120_000 }, () => {
  let service: Service;
  let acme: HostedClient;
  let files: Readonly<Record<'selfie_video' | 'id_photo', Uint8Array>>;

  beforeAll(async () => {
    service = await startService();
    acme = await hosted({ settings: trusting }, service);
    const [selfie_video, id_photo] = await Promise.all([selfieVideo(), idPhoto()]);
    files = { selfie_video, id_photo };
  });
  afterAll(() => service.remove());

  const debits = async (): Promise<readonly string[]> =>
    (await acme.ledger()).filter(({ type }) => type === 'debit').map(({ verificationId }) => verificationId);
  const kill = () => {
    for (const { pid } of imageWorkers(service.pid, 'verdicts')) process.kill(pid, 'SIGKILL');
  };
  const submit = (name: string) =>
    acme.submit({ api_key: acme.tenant.keys.skLive, user_id: name }, files, { 'idempotency-key': name });

  test('P-36 by form: the repeated call gets one verdict, one record, one debit', async () => {
    const name = 'killed';
    const dying = submit(name);
    await wait(400);
    kill();
    expect((await dying).status).toBeGreaterThanOrEqual(500);
    // What the dead function had locked is free: its half minute is over.
    const { item, plant } = await openLocalCloud(service.data);
    const place = [acme.tenant.tenantId, 'live', 'submitHosted#idempotency', name] as const;
    const locked = await item(...place);
    if (locked && !locked.reply) await plant(...place, { lockedUntil: 0 });
    const again = await submit(name);
    expect(again.status, again.text).toBe(200);
    expect((await submit(name)).body).toEqual(again.body);
    // As after a death between the record and the answer: all was committed, and no answer kept.
    await (await openLocalCloud(service.data)).forget(...place);
    expect((await submit(name)).body).toEqual(again.body);
    expect(await debits()).toEqual([again.body.check_id]);
  });

  test('P-36 C-13 from the page: the session goes on where it was, and comes to one result', async () => {
    const before = (await debits()).length;
    const { session, challenge } = await acme.openFollowable();
    await acme.consent(session);
    await acme.upload(session, 'id_photo', files.id_photo, 'image/jpeg');
    await acme.upload(session, 'selfie_video', await selfieVideo(challenge), 'video/mp4');
    const dying = acme.within(session, 'POST', '/submit', {}).catch((): undefined => undefined);
    await expect
      .poll(async () => (await acme.within(session, 'GET', '')).body.status, { timeout: 10_000, interval: 20 })
      .not.toBe('open');
    kill();
    await dying;
    const { item, plant } = await openLocalCloud(service.data);
    const place = [acme.tenant.tenantId, 'live', session.check_id, 'hosted'] as const;
    expect((await item(...place))?.doneAt).toBeUndefined();
    expect(await debits()).toHaveLength(before);
    await plant(...place, { busyUntil: 0 });
    const again = await acme.within(session, 'POST', '/submit', {});
    expect(again.status, again.text).toBe(200);
    expect((await acme.within(session, 'POST', '/submit', {})).body).toMatchObject({ check_id: session.check_id });
    expect(await debits()).toHaveLength(before + 1);
  });
});
