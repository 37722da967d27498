import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { utcMonth } from '../../lambdas/domain/age.ts';
import type { DocumentRequest, DocumentVerification } from '../../lambdas/domain/verification.ts';
import { aDocument, anExtraction, aWaitingDocument } from '../support/document.ts';
import { anOutcome } from '../support/verification.ts';
import { fresh, kinds, type Stores } from './stores.ts';

const hour = 3_600_000;

describe.each(kinds)('documents in %s', (_, start) => {
  let stores: Stores;
  beforeAll(async () => {
    stores = await start();
  });
  afterAll(() => stores.stop());

  const now = () => stores.clock.now();
  let drawn = 0;
  const newId = () => `req_${String(++drawn).padStart(16, '0')}`;
  const tenantWith = async (credits: number) => {
    const tenantId = fresh('tn');
    const entry = { id: fresh('grant'), type: 'grant', amount: credits, reason: 'x', createdAt: now() } as const;
    if (credits > 0) await stores.credits.grant(tenantId, entry);
    return tenantId;
  };
  const of = (tenantId: string, change: Partial<DocumentVerification> = {}, request: Partial<DocumentRequest> = {}) =>
    aDocument({ tenantId, id: newId(), createdAt: now(), ...change }, request);
  const waiting = (tenantId: string, request: Partial<DocumentRequest> = {}) =>
    aWaitingDocument({ tenantId, id: newId(), createdAt: now() }, request);
  const charge = { charged: true, warnBelow: 0 };
  const used = (tenantId: string) => stores.documents.charged(tenantId, utcMonth(now()));

  test('M-12 S-03 record, debit and what was read are written in one, and read as they were', async () => {
    const tenantId = await tenantWith(3);
    const metadata = { a: [1.5, null], __note: 'ü' };
    const one = of(tenantId, {}, { metadata, externalId: 'mine' });
    const put = await stores.documents.put(one, { ...charge, extraction: anExtraction() });
    expect(put).toEqual({ ok: true, value: { ...one, balanceAfter: 2 } });
    expect(await stores.verifications.get(one)).toEqual({ ...one, balanceAfter: 2 });
    expect(await stores.documents.extraction(one)).toEqual(anExtraction());
    expect(await stores.credits.balance(tenantId)).toBe(2);
    expect(await used(tenantId)).toBe(1);
  });

  test('C-01 of another tenant or mode there is nothing', async () => {
    const tenantId = await tenantWith(1);
    const one = of(tenantId, {}, { externalId: 'mine' });
    await stores.documents.put(one, { ...charge, extraction: anExtraction() });
    for (const other of [{ mode: 'test' }, { tenantId: fresh('tn') }] as const) {
      expect(await stores.documents.extraction({ ...one, ...other })).toBeUndefined();
      expect((await stores.documents.byExternalId({ ...one, ...other }, 'mine')).items).toEqual([]);
    }
  });

  test('S-16 without a credit nothing is written; what is not charged needs none', async () => {
    const tenantId = await tenantWith(0);
    const one = of(tenantId);
    expect(await stores.documents.put(one, charge)).toEqual({ ok: false, error: 'insufficient_credits' });
    expect(await stores.verifications.get(one)).toBeUndefined();
    expect((await stores.documents.put(one, { charged: false, warnBelow: 0 })).ok).toBe(true);
    expect(await used(tenantId)).toBe(0);
  });

  test('C-07 an id is taken once, whoever comes at once: one debit', async () => {
    const tenantId = await tenantWith(5);
    const one = of(tenantId);
    const put = await Promise.all(Array.from({ length: 4 }, () => stores.documents.put(one, charge)));
    expect(put.filter(({ ok }) => ok)).toHaveLength(1);
    expect(put.filter((answer) => !answer.ok && answer.error === 'exists')).toHaveLength(3);
    expect(await stores.credits.balance(tenantId)).toBe(4);
  });

  test('C-14 K-13 what was read is forgotten after 24 hours, the verdict is not', async () => {
    const one = of(await tenantWith(1));
    await stores.documents.put(one, { ...charge, extraction: anExtraction() });
    stores.clock.move(24 * hour - 1000);
    expect(await stores.documents.extraction(one)).toBeDefined();
    stores.clock.move(2000);
    expect(await stores.documents.extraction(one)).toBeUndefined();
    expect((await stores.verifications.get(one))?.state).toBe('approved');
  });

  test('M-30 one that waits is due, begun, concluded once, with what was read', async () => {
    const one = waiting(await tenantWith(1));
    await stores.documents.put(one, { ...charge, dueAt: now() + 1000 });
    const due = await stores.verifications.due(now() + 1000, 4000);
    expect(due.some(({ id, tenantId }) => id === one.id && tenantId === one.tenantId)).toBe(true);
    expect((await stores.verifications.begin(one, now() + 5000))?.state).toBe('processing');
    const result = { documentType: 'visa', age: 40, processingTimeMs: 7 } as const;
    const outcome = anOutcome({ decision: 'rejected' });
    const concluded = { outcome, result, extraction: anExtraction(), at: now(), redriveAt: now() + 5000 };
    expect(await stores.documents.conclude(one, concluded)).toBe(true);
    expect(await stores.documents.conclude(one, concluded)).toBe(false);
    expect(await stores.verifications.get(one)).toMatchObject({ state: 'rejected', result, concludedAt: now() });
    expect(await stores.documents.extraction(one)).toEqual(anExtraction());
  });

  test('S-16 C-03 one that fails gives its credit back, once, and the month’s count; the reasons stay', async () => {
    const tenantId = await tenantWith(2);
    const one = waiting(tenantId);
    await stores.documents.put(one, { ...charge, dueAt: now() });
    expect(await used(tenantId)).toBe(1);
    await stores.verifications.begin(one, now());
    expect(await stores.verifications.fail(one, 'document_quality_low', now(), now(), ['blur'])).toBe(true);
    expect(await stores.verifications.fail(one, 'document_quality_low', now(), now(), ['blur'])).toBe(false);
    expect(await stores.credits.balance(tenantId)).toBe(2);
    expect(await used(tenantId)).toBe(0);
    expect(await stores.verifications.get(one)).toMatchObject({ state: 'failed', failureReasons: ['blur'] });
  });

  test('M-12 S-08 a live one in test mode gives back what it never took: nothing', async () => {
    const tenantId = await tenantWith(2);
    const one = waiting(tenantId, { testMode: true });
    await stores.documents.put(one, { charged: false, warnBelow: 0, dueAt: now() });
    await stores.verifications.begin(one, now());
    expect(await stores.verifications.fail(one, 'document_quality_low', now(), now())).toBe(true);
    expect(await stores.credits.balance(tenantId)).toBe(2);
    expect(await used(tenantId)).toBe(0);
  });

  test('M-04 those that the caller named alike, newest first', async () => {
    const tenantId = await tenantWith(5);
    const ids: string[] = [];
    for (const externalId of ['mine', 'other', 'mine']) {
      const one = of(tenantId, {}, { externalId });
      await stores.documents.put(one, charge);
      if (externalId === 'mine') ids.unshift(one.id);
      stores.clock.move(10);
    }
    const found = await stores.documents.byExternalId({ tenantId, mode: 'live' }, 'mine');
    expect(found.items.map(({ id }) => id)).toEqual(ids);
  });
});
