import { describe, expect, test } from 'vitest';
import { evidenceKey, type HostedSlot, hostedSlots, incomingKey } from '../../lambdas/domain/hosted-session.ts';
import { fail, ok } from '../../lambdas/domain/result.ts';
import type { HostedVerification } from '../../lambdas/domain/verification.ts';
import { deleteSubject } from '../../lambdas/usecases/delete-subject.ts';
import { findHostedFile } from '../../lambdas/usecases/manage-hosted-checks.ts';
import { sweep } from '../../lambdas/usecases/sweep.ts';
import { anOutcome } from '../support/verification.ts';
import { aHostedWorld } from './hosted-world.ts';

const day = 86_400_000;
const hex = 'a'.repeat(64);

const addressOf = (world: ReturnType<typeof aHostedWorld>, check: HostedVerification, slot: HostedSlot) => ({
  ...check,
  slot,
  proof: world.deps.proofOf(check, slot),
});

async function checked(world: ReturnType<typeof aHostedWorld>): Promise<HostedVerification> {
  const submitted = await world.submitForm();
  if (!submitted.ok) throw new Error(submitted.error.code);
  return submitted.value;
}

describe('retention', () => {
  test('P-30 P-50 a file is there on day 6, and on day 7 its address tells that it is gone; the sweeper deletes it', async () => {
    const world = aHostedWorld();
    const check = await checked(world);
    const address = addressOf(world, check, 'selfie_video');
    world.deps.clock.move(6 * day);
    await sweep(world.deps);
    expect(await findHostedFile(world.deps, address)).toMatchObject({ ok: true });
    world.deps.clock.move(day - 1);
    expect(await findHostedFile(world.deps, address)).toMatchObject({ ok: true });
    world.deps.clock.move(1);
    expect(await findHostedFile(world.deps, address)).toMatchObject({ ok: false, error: { code: 'files_gone' } });
    expect(world.deps.media.objects.size).toBe(2);
    expect(await sweep(world.deps)).toMatchObject({ verifications: 1 });
    expect(world.deps.media.objects.size).toBe(0);
    expect(await findHostedFile(world.deps, address)).toMatchObject({ ok: false, error: { code: 'files_gone' } });
    expect(await world.deps.verifications.get(check)).toMatchObject({ state: 'approved' });
    expect(await sweep(world.deps)).toMatchObject({ verifications: 0 });
  });

  test('P-52 a tenant that asks for less gets it', async () => {
    const world = aHostedWorld();
    const { tenant, tenants } = world.deps;
    await tenants.update(tenant.tenantId, { settings: { retentionDays: 2 } });
    const check = await checked(world);
    expect(check.filesUntil - check.createdAt).toBe(2 * day);
    await tenants.update(tenant.tenantId, { settings: { retentionDays: 30 } });
    const other = await checked(world);
    expect(other.filesUntil - other.createdAt).toBe(7 * day);
  });

  test('P-50 a page that was left is forgotten, with what was uploaded; one that was finished leaves its check', async () => {
    const world = aHostedWorld();
    const session = await world.filled();
    world.deps.clock.move(960_000 - 1);
    expect(await sweep(world.deps)).toMatchObject({ visits: 0 });
    world.deps.clock.move(1);
    expect(await sweep(world.deps)).toMatchObject({ visits: 1 });
    expect(world.deps.media.objects.size).toBe(0);
    expect(await world.deps.hostedSessions.get(session)).toBeUndefined();

    const done = await world.filled({ id: '00000000-0000-4000-8000-000000000001' });
    await world.submitSession(done);
    world.deps.clock.move(960_000);
    await sweep(world.deps);
    expect([...world.deps.media.objects.keys()].sort()).toEqual(
      hostedSlots.map((slot) => evidenceKey(done, slot)).sort(),
    );
    expect(await world.deps.verifications.get(done)).toMatchObject({ state: 'approved' });
  });
});

describe('a submission by form', () => {
  test('S-16 P-36 the same attempt is charged once, whenever it is repeated', async () => {
    const world = aHostedWorld();
    const first = await world.submitForm(hex);
    const second = await world.submitForm(hex);
    expect(second).toEqual(first);
    expect(world.looked.times).toBe(1);
    expect(await world.deps.balance()).toBe(9);
    const other = await world.submitForm('b'.repeat(64));
    expect(other.ok && first.ok && other.value.id !== first.value.id).toBe(true);
    expect(await world.deps.balance()).toBe(8);
  });

  test('P-36 two at once come to one record and one debit', async () => {
    const world = aHostedWorld();
    const [one, two] = await Promise.all([world.submitForm(hex), world.submitForm(hex)]);
    expect(one.ok && two.ok && one.value.id === two.value.id).toBe(true);
    expect(await world.deps.balance()).toBe(9);
  });

  test('P-26 C-03 what breaks on our side is recorded, told to the log, and free; a repeated call is judged anew', async () => {
    let broken = true;
    const world = aHostedWorld(async () => {
      if (broken) throw new Error('Broken.');
      return ok(anOutcome());
    });
    const failed = await world.submitForm(hex);
    expect(failed).toMatchObject({
      ok: false,
      error: { code: 'processing_failed', detail: { reason: 'processing_failed' } },
    });
    expect(world.faults).toHaveLength(1);
    expect(await world.deps.balance()).toBe(10);
    expect(world.deps.media.objects.size).toBe(0);
    expect(world.deps.events.published).toEqual([]);
    broken = false;
    expect(await world.submitForm(hex)).toMatchObject({ ok: true, value: { state: 'approved' } });
    expect(await world.deps.balance()).toBe(9);
  });

  test('P-34 a verdict that does not come in time is waited for no longer: nothing is charged', async () => {
    const world = aHostedWorld(() => new Promise(() => {}));
    const submitted = world.submitForm(hex, -23_999);
    expect(await submitted).toMatchObject({ ok: false, error: { code: 'processing_failed' } });
    expect(await world.deps.balance()).toBe(10);
  });

  test('S-16 with a balance of 0 nothing is looked at', async () => {
    const world = aHostedWorld();
    const { credits, tenant } = world.deps;
    credits.post(tenant.tenantId, { id: 'out', type: 'grant', amount: -10, reason: 'x', createdAt: 0 });
    expect(await world.submitForm()).toMatchObject({ ok: false, error: { code: 'insufficient_credits' } });
    expect(world.looked.times).toBe(0);
  });
});

describe('a submission from the page', () => {
  test('P-36 two at once: one is judged, the other waits for it and gets the same', async () => {
    const judged = Promise.withResolvers<void>();
    const world = aHostedWorld(async () => {
      await judged.promise;
      return ok(anOutcome());
    }, judged.resolve);
    const session = await world.filled();
    const both = [world.submitSession(session), world.submitSession(session)];
    const [one, two] = await Promise.all(both);
    expect(one?.ok && two?.ok && one.value.verification.id === two.value.verification.id).toBe(true);
    expect(world.looked.times).toBe(1);
    expect(await world.deps.balance()).toBe(9);
  });

  test('P-36 what is kept is what was seen: a form that is still good writes over the upload alone', async () => {
    const world = aHostedWorld();
    const session = await world.filled();
    await world.submitSession(session);
    const { objects } = world.deps.media;
    objects.set(incomingKey(session, 'selfie_video'), new TextEncoder().encode('another one'));
    expect(new TextDecoder().decode(objects.get(evidenceKey(session, 'selfie_video')))).toBe('selfie_video');
  });

  test('P-09 what a better video can put right costs an attempt and decides nothing; the last attempt is a verdict', async () => {
    const poor = anOutcome({ decision: 'rejected', flags: ['no_face_in_selfie', 'liveness_not_required'] });
    const world = aHostedWorld(async () => ok(poor));
    const session = await world.filled({ attemptsLeft: 2 });
    expect(await world.submitSession(session)).toMatchObject({
      ok: false,
      error: { code: 'media_unusable', detail: { which: 'selfie_video', reasons: ['no_face_in_selfie'] } },
    });
    expect(await world.deps.balance()).toBe(10);
    // What was asked before is known by now: the next video follows something else.
    const next = await world.deps.hostedSessions.get(session);
    expect(next?.challenge).not.toEqual(session.challenge);
    expect(await world.submitSession(session)).toMatchObject({
      ok: true,
      value: { verification: { state: 'rejected' } },
    });
    expect(await world.deps.balance()).toBe(9);
  });

  test('P-09 while only the photo is taken again, the video and what was asked for it stay', async () => {
    const poor = anOutcome({ decision: 'review', flags: ['document_quality_low'] });
    const world = aHostedWorld(async () => ok(poor));
    const session = await world.filled({ attemptsLeft: 2 });
    expect(await world.submitSession(session)).toMatchObject({ error: { detail: { which: 'id_photo' } } });
    expect(await world.deps.hostedSessions.get(session)).toMatchObject({
      challenge: session.challenge,
      attemptsLeft: 1,
    });
  });

  test.each([['face_mismatch'], ['liveness_failed'], ['person_changed']] as const)(
    'P-09 %s is a verdict at once, also beside what could be put right',
    async (flag) => {
      const outcome = anOutcome({ decision: 'rejected', flags: [flag, 'selfie_quality_low'] });
      const world = aHostedWorld(async () => ok(outcome));
      expect(await world.submitSession(await world.filled())).toMatchObject({
        ok: true,
        value: { verification: { state: 'rejected' } },
      });
    },
  );

  test('P-09 a device that joins while it is judged takes no result away', async () => {
    const world = aHostedWorld(async () => {
      const session = await world.deps.hostedSessions.get(opened);
      if (session) await world.deps.hostedSessions.save({ ...session, links: [] });
      return ok(anOutcome());
    });
    const opened = await world.filled();
    expect(await world.submitSession(opened)).toMatchObject({ ok: true });
    expect(await world.deps.balance()).toBe(9);
  });

  test('P-26 C-03 a fault of ours costs no attempt; the page can be submitted again', async () => {
    let broken = true;
    const world = aHostedWorld(async () => {
      if (broken) throw new Error('Broken.');
      return ok(anOutcome());
    });
    const session = await world.filled();
    expect(await world.submitSession(session)).toMatchObject({ ok: false, error: { code: 'processing_failed' } });
    expect(await world.deps.hostedSessions.get(session)).toMatchObject({ attemptsLeft: 5 });
    broken = false;
    expect(await world.submitSession(session)).toMatchObject({ ok: true });
  });

  test('P-36 a look whose process died is taken over once its time is over', async () => {
    const world = aHostedWorld();
    const session = await world.filled({ busyUntil: world.deps.clock.now() + 10_000 });
    const submitted = await world.submitSession(session);
    expect(submitted.ok).toBe(true);
    expect(world.looked.times).toBe(1);
  });

  test('P-26 after the last attempt with files that cannot be read the check has failed: free, and told', async () => {
    const world = aHostedWorld(async () => fail({ file: 'selfie_video', fault: 'video_truncated' }));
    const session = await world.filled({ attemptsLeft: 1 });
    const done = await world.submitSession(session);
    expect(done).toMatchObject({ ok: true, value: { verification: { state: 'failed', failure: 'video_truncated' } } });
    expect(await world.deps.balance()).toBe(10);
    expect(world.deps.events.published).toMatchObject([{ type: 'verification.completed', contract: 'hosted' }]);
    expect(world.deps.media.objects.size).toBe(0);
  });
});

test('C-13 S-11 a subject is erased with its checks, its pages and their files', async () => {
  const world = aHostedWorld();
  const check = await checked(world);
  const session = await world.filled();
  const receipts = { sign: async () => 'receipt', signText: async () => '' };
  const deleted = await deleteSubject({ ...world.deps, receipts }, world.deps.caller(), 'user_1');
  expect(deleted).toMatchObject({ ok: true, value: { verifications: 1 } });
  expect(world.deps.media.objects.size).toBe(0);
  expect(await world.deps.hostedSessions.get(session)).toBeUndefined();
  const left = await world.deps.verifications.get(check);
  expect(left).toMatchObject({ state: 'redacted' });
  expect(JSON.stringify(left)).not.toContain('user_1');
});
