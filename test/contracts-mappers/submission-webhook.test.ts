import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { webhookBody } from '../../lambdas/contracts/submission/schemas.ts';
import { submissionWebhook } from '../../lambdas/contracts/submission/webhook.ts';
import type { Verification } from '../../lambdas/domain/verification.ts';
import { conclusionEvent, type VerificationEvent } from '../../lambdas/domain/webhook-delivery.ts';
import type { Json } from '../support/client.ts';
import { anOutcome, anyVerification, aVerification } from '../support/verification.ts';

const approved = aVerification({
  state: 'approved',
  claims: { userRef: 'user-1', submittedFullName: 'Anna Eriksson' },
  submission: { docBack: false, metadata: { b: 1, a: { d: [{ z: 1, y: 2 }], c: null } } },
  outcome: anOutcome(),
  submittedAt: 1_800_000_000_000,
  concludedAt: 1_800_000_002_500,
});
const bodyOf = (verification: Verification) =>
  submissionWebhook.body(conclusionEvent(verification) as VerificationEvent, verification);

/** Keys of every object, as a reader that knows nothing of us finds them in the text. */
function expectSorted(text: string): void {
  const value: Json = JSON.parse(text);
  const rewrite = (one: Json): string => {
    if (Array.isArray(one)) return `[${one.map(rewrite).join(',')}]`;
    if (one === null || typeof one !== 'object') return JSON.stringify(one);
    const keys = Object.keys(one).sort();
    return `{${keys.map((key) => `${JSON.stringify(key)}:${rewrite(one[key])}`).join(',')}}`;
  };
  expect(text).toBe(rewrite(value));
}

describe('X-36 the body', () => {
  test('X-36 is compact JSON with sorted keys, of the fields of the text', () => {
    expect(bodyOf(approved)).toBe(
      '{"completedAt":"2027-01-15T08:00:02.500Z","confidence":93,"event":"verification.approved","flags":["liveness_not_required"],' +
        '"metadata":{"a":{"c":null,"d":[{"y":2,"z":1}]},"b":1},' +
        '"scores":{"docQuality":88,"faceMatch":93,"liveness":null,"ocrConfidence":95.1},"submittedAt":"2027-01-15T08:00:00.000Z",' +
        '"tenantId":"tn_AAAAAAAAAAAAAAAA","userRef":"user-1","verdict":"approved","verificationId":"vf_0000000000000000AAAA"}',
    );
  });

  test('X-36 of any verification is sorted at every depth, and what the schema says', () => {
    fc.assert(
      fc.property(anyVerification, (verification) => {
        const event = conclusionEvent(verification);
        if (event?.contract !== 'submission') return;
        const text = submissionWebhook.body(event, verification);
        expectSorted(text);
        const body = JSON.parse(text);
        expect(webhookBody.strict().parse(body)).toEqual(body);
      }),
    );
  });

  test('X-10 metadata comes back as it was given, with names of any kind', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (given) => {
        const metadata = JSON.parse(JSON.stringify(given)) as Record<string, unknown>;
        const text = bodyOf({ ...approved, submission: { docBack: false, metadata } });
        expect(JSON.parse(text).metadata).toEqual(metadata);
      }),
    );
  });

  test('X-36 numbers as names are sorted as text, `__proto__` is a name like any other', () => {
    const metadata = JSON.parse('{"10":1,"9":2,"__proto__":{"x":1},"a":3,"B":4}') as Record<string, unknown>;
    expect(bodyOf({ ...approved, submission: { docBack: false, metadata } })).toContain(
      '"metadata":{"10":1,"9":2,"B":4,"__proto__":{"x":1},"a":3}',
    );
  });

  test('X-36 says null for what there is none of', () => {
    const { submission: _, ...bare } = approved;
    const body = JSON.parse(bodyOf({ ...bare, claims: {} }));
    expect(body).toMatchObject({ userRef: null, metadata: {} });
  });

  test('C-03 of a fault of ours asks for a review', () => {
    const { outcome: _, ...rest } = approved;
    expect(JSON.parse(bodyOf({ ...rest, state: 'failed', failure: 'time_out' }))).toMatchObject({
      event: 'verification.review_required',
      verdict: 'review',
      confidence: 0,
      flags: ['processing_failed'],
    });
  });

  test('X-36 shows no name, no upload and no reading', () => {
    expect(bodyOf(approved)).not.toMatch(/Anna|verif\/|signals|policy/);
  });

  test('X-40 a low balance says what is left, and no verdict', () => {
    const event = {
      eventId: 'e',
      contract: 'submission',
      type: 'credits.low',
      tenantId: 'tn_1',
      mode: 'live',
      subject: 'vf_1',
      occurredAt: 1,
      facts: { balance: 3 },
    } as const;
    const body = JSON.parse(submissionWebhook.body(event, approved));
    expect(body).toMatchObject({ event: 'credits.low', balance: 3, completedAt: null });
    expect(body).not.toHaveProperty('verdict');
    expect(webhookBody.strict().parse(body)).toEqual(body);
  });
});

describe('X-36 S-09 the headers', () => {
  const event = conclusionEvent(approved) as VerificationEvent;

  test('S-09 name the event, the sender, and the signature of the moment', () => {
    expect(submissionWebhook.headers(event, { unixSeconds: 1_800_000_000, hex: ['ab12'] })).toEqual({
      'user-agent': 'Veridia-Webhooks/1.0',
      'veridia-event': 'verification.approved',
      'veridia-signature': 't=1800000000,v1=ab12',
    });
  });

  test('S-07 while a secret is rotated both signatures stand side by side', () => {
    const headers = submissionWebhook.headers(event, { unixSeconds: 1, hex: ['new', 'old'] });
    expect(headers['veridia-signature']).toBe('t=1,v1=new,v1=old');
  });
});
