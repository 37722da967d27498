import { beforeAll, describe, expect, test } from 'vitest';
import { anyDocument, base64, type DocumentClient, document } from './document.ts';

const magic = (scenario: string): string =>
  base64(Buffer.from(`%PDF-1.4\n% Selfsame sandbox document: ${scenario}. It shows nobody.\n%%EOF\n`));

describe('document, test mode', () => {
  let acme: DocumentClient;
  beforeAll(async () => {
    acme = await document();
  });

  test('M-50 M-55 a passport is verified at 25, and says that it is a test', async () => {
    const { status, body } = await acme.sandbox();
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: 'verified', verified_age: 25, document_type: 'passport', test_mode: true });
    expect(body.confidence_score).toBeGreaterThan(0.8);
  });

  test('M-51 K-20 a driver’s licence is 17 and rejected', async () => {
    const { status, body } = await acme.sandbox({ document_type: 'drivers_license' });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      status: 'rejected',
      verified_age: 17,
      reason: 'underage',
      document_type: 'drivers_license',
    });
  });

  test('M-52 a national ID has expired', async () => {
    const { body } = await acme.sandbox({ document_type: 'national_id' });
    expect(body).toMatchObject({ status: 'rejected', reason: 'document_expired', document_type: 'national_id' });
  });

  test('M-53 M-33 K-20 M-54 less than 64 bytes, as the text’s own example has it, is a poor photo: an error in both of its shapes', async () => {
    for (const document_data of ['iVBORw0KGgoAAAANSUhEUgAA...', base64(Buffer.alloc(63)), '']) {
      const { status, body } = await acme.sandbox({ document_data });
      expect(status).toBe(422);
      expect(body).toMatchObject({
        status: 'error',
        error: { code: 'DOCUMENT_QUALITY_LOW', details: { reason: 'blur', reasons: ['blur', 'glare'] } },
        test_mode: true,
      });
    }
  });

  test.each(['success', 'underage', 'expired', 'poor_quality'])(
    'M-54 %s by name: header, metadata, magic document',
    async (scenario) => {
      const replies = await Promise.all([
        acme.sandbox({ document_type: 'visa' }, { 'x-test-scenario': scenario }),
        acme.sandbox({ document_type: 'visa', metadata: { test_scenario: scenario } }),
        acme.sandbox({ document_type: 'visa', document_data: magic(scenario) }),
      ]);
      const told = replies.map(({ status, body }) => [status, body.status, body.reason, body.error?.code]);
      const expected = {
        success: [200, 'verified', undefined, undefined],
        underage: [200, 'rejected', 'underage', undefined],
        expired: [200, 'rejected', 'document_expired', undefined],
        poor_quality: [422, 'error', undefined, 'DOCUMENT_QUALITY_LOW'],
      }[scenario];
      expect(told).toEqual([expected, expected, expected]);
    },
  );

  test('M-54 the header comes before metadata, metadata before the document, and both before the kind', async () => {
    const metadata = { test_scenario: 'expired' };
    const header = await acme.sandbox({ metadata, document_data: magic('underage') }, { 'x-test-scenario': 'success' });
    expect(header.body.status).toBe('verified');
    expect((await acme.sandbox({ metadata, document_data: magic('underage') })).body.reason).toBe('document_expired');
    expect((await acme.sandbox({ document_type: 'passport', document_data: magic('underage') })).body.reason).toBe(
      'underage',
    );
    // A word of the caller's own is only that.
    expect((await acme.sandbox({ metadata: { test_scenario: 'mine' } })).body.status).toBe('verified');
  });

  test('M-54 the header names a scenario, and works in test mode only', async () => {
    for (const [headers, key] of [
      [{ 'x-test-scenario': 'nonsense' }, acme.tenant.keys.skTest],
      [{ 'x-test-scenario': 'success' }, acme.tenant.keys.skLive],
    ] as const) {
      const reply = await acme.verify({ document_type: 'passport', document_data: anyDocument }, headers, key);
      expect(reply).toMatchObject({ status: 400, body: { error: { code: 'REQUEST_INVALID' } } });
    }
  });

  test('M-05 K-11 all five kinds are taken, also in full', async () => {
    for (const document_type of ['passport', 'drivers_license', 'national_id', 'residence_permit', 'visa']) {
      const more = { document_type, metadata: { test_scenario: 'success' }, verification_type: 'full_verification' };
      const { status, body } = await acme.sandbox(more);
      expect(status).toBe(200);
      expect(body).toMatchObject({
        status: 'verified',
        document_type,
        extraction_data: { last_name: { value: 'SPECIMEN' } },
      });
    }
  });

  test('M-32 the threshold: 18, the account’s, or the call’s', async () => {
    const strict = await document({ settings: { ageThreshold: 26 } });
    expect((await strict.sandbox()).body).toMatchObject({ status: 'rejected', reason: 'underage', verified_age: 25 });
    expect((await strict.sandbox({ age_threshold: 25 })).body.status).toBe('verified');
    expect((await acme.sandbox({ age_threshold: 26 })).body.status).toBe('rejected');
    const young = { document_type: 'drivers_license' };
    expect((await acme.sandbox({ ...young, age_threshold: 17 })).body.status).toBe('verified');
    expect((await acme.sandbox({ ...young, age_threshold: 18 })).body.status).toBe('rejected');
  });

  test('M-12 S-08 test_mode with a live key: a live record, free of charge, no quota used', async () => {
    const poor = await document({ credits: 0 });
    const asked = { document_type: 'passport', document_data: anyDocument, test_mode: true };
    const { status, body } = await poor.verify(asked);
    expect({ status, verdict: body.status, test_mode: body.test_mode }).toEqual({
      status: 200,
      verdict: 'verified',
      test_mode: true,
    });
    expect((await poor.get(`/v1/status/${body.request_id}`)).body).toEqual(body);
    expect((await poor.get(`/v1/status/${body.request_id}`, poor.tenant.keys.skTest)).status).toBe(404);
    expect(await poor.ledger()).toEqual([]);
    expect(await poor.usage()).toMatchObject({ used: 0, remaining: 0 });
  });

  test('M-06 M-54 what is no document at all is refused in test mode as well', async () => {
    const { status, body } = await acme.sandbox({ document_data: base64(Buffer.alloc(100, 'x')) });
    expect({ status, code: body.error.code }).toEqual({ status: 400, code: 'DOCUMENT_INVALID_FORMAT' });
  });

  test('C-10 X-Test-Clock moves the day by which a document is judged', async () => {
    const { status, body } = await acme.sandbox(
      { verification_type: 'full_verification' },
      { 'x-test-clock': '2031-03-01T12:00:00Z' },
    );
    expect(status).toBe(200);
    expect(body.extraction_data.date_of_birth.value).toBe('2006-03-01');
  });
});
