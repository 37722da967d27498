import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import { specimen } from '../../../bin/specimen/specimen.ts';
import type { Json, Reply } from '../../support/client.ts';
import { base64, type DocumentClient, document, passport, requestId } from './document.ts';

/** Years that somebody has today who was born on that day. */
function yearsSince(born: string): number {
  const [today, birth] = [new Date(), new Date(born)];
  const had = today.toISOString().slice(5, 10) >= born.slice(5);
  return today.getUTCFullYear() - birth.getUTCFullYear() - (had ? 0 : 1);
}

describe('document, a verification within the call', () => {
  let acme: DocumentClient;
  let image: string;
  let first: Reply;

  beforeAll(async () => {
    acme = await document();
    image = await passport();
    first = await acme.verify({ document_type: 'passport', document_data: image }, { 'x-request-id': 'verify_user_1' });
  });

  test('M-01 M-02 M-08 M-20 M-21 M-22 M-24 M-26 M-27 the verdict comes with the answer, in the fields of the text and their order', () => {
    expect(first.status).toBe(200);
    expect(Object.keys(first.body)).toEqual([
      ...[
        'request_id',
        'status',
        'verified_age',
        'confidence_score',
        'document_type',
        'processing_time_ms',
        'metadata',
      ],
      'signals',
    ]);
    expect(first.body).toMatchObject({ status: 'verified', document_type: 'passport', metadata: {} });
    expect(first.body.request_id).toMatch(requestId);
    expect(first.body.confidence_score).toBeGreaterThan(0.8);
    expect(first.body.confidence_score).toBeLessThanOrEqual(1);
    expect(Number.isInteger(first.body.processing_time_ms)).toBe(true);
    expect(first.body.processing_time_ms).toBeGreaterThan(0);
  });

  test('M-23 the age is in whole years, by the UTC day', () => {
    expect(first.body.verified_age).toBe(yearsSince('1974-08-12'));
  });

  test('M-04 C-05 the caller’s own id is in the header, ours in the body', () => {
    expect(first.headers.get('x-request-id')).toBe('verify_user_1');
    expect(first.body.request_id).not.toBe('verify_user_1');
  });

  test('M-29 what was looked at is told in words, also what could not be', () => {
    for (const { score, passed, reason } of first.body.signals) {
      expect(reason).toMatch(/\.$/);
      if (score === null) expect(passed).toBe(false);
    }
  });

  test('M-12 S-16 one credit for a document; the ledger and the quota have it once', async () => {
    const [debit, grant] = await acme.ledger();
    expect(debit).toMatchObject({ type: 'debit', amount: -1, verificationId: first.body.request_id });
    expect(grant).toMatchObject({ type: 'grant' });
    expect(await acme.usage()).toMatchObject({ used: 1, limit: 100, remaining: 99 });
  });

  test('M-62 K-02 read afterwards it is the same', async () => {
    for (const path of ['/v1/verify', '/v1/status', '/document/v1/verify', '/document/v1/status'])
      expect((await acme.get(`${path}/${first.body.request_id}`)).body).toEqual(first.body);
  });

  describe('in full', () => {
    let full: Json;
    const metadata = { user_id: 'user_123', nested: { list: [1, 2.5, null], yes: true }, 'odd name': '' };

    beforeAll(async () => {
      const body = { document_type: 'passport', document_data: `data:image/jpeg;base64,${image}`, metadata };
      const more = { verification_type: 'full_verification', age_threshold: 21 };
      full = (await acme.verify({ ...body, ...more }, {}, acme.tenant.keys.skLive, '/document/v1/verify')).body;
    });

    test('M-09 metadata comes back as it was sent', () => {
      expect(full.metadata).toEqual(metadata);
    });

    test('M-27 M-28 S-19 what was read, each with its certainty and its source', () => {
      const { extraction_data: read } = full;
      const value = (name: string) => read[name]?.value;
      expect({
        ...{ first: value('first_name'), last: value('last_name'), full: value('full_name'), sex: value('sex') },
        ...{ born: value('date_of_birth'), number: value('document_number'), expires: value('expiry_date') },
        ...{ country: value('issuing_country'), nationality: value('nationality') },
      }).toEqual({
        ...{ first: 'ANNA MARIA', last: 'ERIKSSON', full: 'ANNA MARIA ERIKSSON', sex: 'F' },
        ...{ born: '1974-08-12', number: 'L898902C3', expires: '2032-04-15', country: 'UTO', nationality: 'UTO' },
      });
      for (const field of Object.values<Json>(read)) {
        if (field === null || field.format) continue;
        expect(['mrz', 'visual', 'barcode']).toContain(field.source);
        expect(field.confidence).toBeGreaterThan(0.5);
      }
      expect(read.mrz).toMatchObject({ format: 'TD3', corrected: false, check_digits: { composite: true } });
      expect(read.mrz.lines).toHaveLength(2);
    });

    test('M-29 what speaks for it and against it; what nobody measures is never passed', () => {
      const { authenticity, fraud_signals } = full;
      expect(authenticity).toMatchObject({
        check_digits: { status: 'passed', score: 1 },
        portrait: { status: 'passed' },
        dates_plausible: { status: 'passed' },
        document_expiry: { status: 'passed' },
        document_type: { status: 'passed' },
        editor_traces: { status: 'passed', score: 1 },
        screen_recapture: { status: 'unavailable', score: null },
        tampering: { status: 'unavailable', score: null },
      });
      // It is a specimen, and that is said; a local run takes it all the same.
      expect(fraud_signals.map(({ name }: Json) => name)).toEqual(['issuing_state']);
    });
  });

  test('M-16 a document that lies on its side is turned and read', async () => {
    const turned = await sharp(Buffer.from(image, 'base64')).rotate(90).jpeg().toBuffer();
    const { status, body } = await acme.verify({ document_type: 'passport', document_data: base64(turned) });
    expect({ status, verdict: body.status }).toEqual({ status: 200, verdict: 'verified' });
  });

  test('M-06 a PNG is read as well, in lines as some encoders wrap them; M-31 expired it is rejected, with the reason', async () => {
    const expired = await sharp(await specimen({ fields: { expiryDate: '200101' } }))
      .png()
      .toBuffer();
    const document_data = base64(expired).replace(/(.{76})/g, '$1\r\n');
    const { status, body } = await acme.verify({ document_type: 'passport', document_data });
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: 'rejected', reason: 'document_expired', reasons: ['document_expired'] });
    expect(body.confidence_score).toBeGreaterThan(0.8);
    expect(body.verified_age).toBe(yearsSince('1974-08-12'));
  });

  test('M-25 M-31 another kind than given: the detected one is told, and the mismatch', async () => {
    const card = base64(await specimen({ format: 'TD1' }));
    const { body } = await acme.verify({ document_type: 'passport', document_data: card });
    expect(body).toMatchObject({ document_type: 'national_id', status: 'rejected', reason: 'document_type_mismatch' });
  });

  test('M-31 C-50 check digits that are wrong on purpose are flagged, not repaired', async () => {
    const wrong = base64(await specimen({ brokenCheckDigit: 'documentNumber' }));
    const { body } = await acme.verify({
      ...{ document_type: 'passport', document_data: wrong, verification_type: 'full_verification' },
    });
    expect(body).toMatchObject({ status: 'rejected', reason: 'document_suspected_fraud' });
    expect(body.authenticity.check_digits).toMatchObject({ status: 'failed' });
    expect(body.extraction_data.mrz).toMatchObject({ check_digits: { documentNumber: false }, corrected: false });
    expect(body.extraction_data.document_number.confidence).toBeLessThanOrEqual(0.3);
  });
});
