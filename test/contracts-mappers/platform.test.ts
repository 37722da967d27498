import { describe, expect, test } from 'vitest';
import { platformOperations } from '../../lambdas/contracts/platform/operations.ts';
import { toKey, toLedgerEntry, toTenant, toVerification } from '../../lambdas/contracts/platform/replies.ts';
import {
  createKeyBody,
  createTenantBody,
  grantBody,
  updateTenantBody,
} from '../../lambdas/contracts/platform/schemas.ts';
import { submissionErrors } from '../../lambdas/contracts/submission/errors.ts';
import type { ErrorCode } from '../../lambdas/domain/error.ts';
import { failure } from '../../lambdas/domain/error.ts';
import type { Tenant } from '../../lambdas/domain/tenant.ts';
import { toProblem } from '../../lambdas/http/problem.ts';
import { anOutcome, aVerification } from '../support/verification.ts';

const settingsAt = (settings: unknown) => ({
  create: createTenantBody.safeParse({ name: 'Acme', settings }).success,
  update: updateTenantBody.safeParse({ settings }).success,
});

describe('S-04 settings of a tenant', () => {
  test.each([
    {},
    { thresholds: {} },
    { thresholds: { match: 0, liveness: 1, search: 0.5, approve: 100, review: 0 } },
    { thresholds: { approve: 60.01 } },
    { thresholds: { review: 79.99 } },
    { webhookUrl: 'http://127.0.0.1:9000/hook' },
    { allowedOrigins: [] },
    {
      allowedOrigins: [
        'https://shop.example',
        'http://localhost:5173',
        'https://*.Example.com',
        'https://a-b.example:8443',
      ],
    },
    { returnUrls: ['https://shop.example/back?x=1'] },
    { retentionDays: 1, ageThreshold: 120, consentRequired: true, requireLiveness: false, creditsLowAt: 0 },
    { theme: { name: 'Acme', colours: { primary: '#fff' } } },
  ])('S-04 %o are taken', (settings) => expect(settingsAt(settings)).toEqual({ create: true, update: true }));

  test.each([
    { thresholds: { match: 1.01 } },
    { thresholds: { liveness: -0.01 } },
    { thresholds: { approve: 0.9 } },
    { thresholds: { approve: 101 } },
    { thresholds: { approve: 70, review: 70 } },
    { thresholds: { approve: 60 } },
    { thresholds: { review: 80 } },
    { thresholds: { match: '0.8' } },
    { thresholds: { other: 1 } },
    { webhookUrl: '' },
    { webhookUrl: 'ftp://a.example' },
    { webhookUrl: 'javascript:alert(1)' },
    { webhookUrl: `https://a.example/${'x'.repeat(2048)}` },
    { allowedOrigins: ['shop.example'] },
    { allowedOrigins: ['https://shop.example/'] },
    { allowedOrigins: ['https://shop.example/path'] },
    { allowedOrigins: ['https://*'] },
    { allowedOrigins: ['https://a.*.example'] },
    { allowedOrigins: ['https://user@shop.example'] },
    { allowedOrigins: ['*'] },
    { allowedOrigins: Array(51).fill('https://shop.example') },
    { returnUrls: ['javascript:alert(1)'] },
    { retentionDays: 0 },
    { retentionDays: 1.5 },
    { ageThreshold: 0 },
    { consentRequired: 'yes' },
    { creditsLowAt: -1 },
    { surprise: true },
  ])('S-04 %o are refused', (settings) => expect(settingsAt(settings)).toEqual({ create: false, update: false }));

  test('S-04 an update takes a setting back with null; a new tenant has nothing to take back', () => {
    const names = [
      'thresholds',
      'webhookUrl',
      'theme',
      'allowedOrigins',
      'returnUrls',
      'retentionDays',
      'ageThreshold',
    ];
    for (const name of [...names, 'consentRequired', 'requireLiveness', 'creditsLowAt']) {
      expect(settingsAt({ [name]: null })).toEqual({ create: false, update: true });
    }
  });
});

describe('S-02 bodies of the admin API', () => {
  test('DESIGN-6 a tenant needs a name alone', () => {
    expect(createTenantBody.parse({ name: 'Acme' })).toEqual({
      name: 'Acme',
      plan: 'standard',
      credits: 0,
      settings: {},
    });
  });

  test.each([
    {},
    { name: '' },
    { name: 'a\n' },
    { name: 'x'.repeat(121) },
    { name: 'A', plan: 'gold' },
    { name: 'A', credits: -1 },
    { name: 'A', credits: 0.5 },
    { name: 'A', tenantId: 'tn_mine' },
  ])('the tenant %o is refused', (body) => expect(createTenantBody.safeParse(body).success).toBe(false));

  test.each([
    [{ amount: 1, reason: 'top-up' }, true],
    [{ amount: -5, reason: 'correction' }, true],
    [{ amount: 0, reason: 'nothing' }, false],
    [{ amount: 1.5, reason: 'half' }, false],
    [{ amount: 1e10, reason: 'much' }, false],
    [{ amount: 1 }, false],
    [{ amount: 1, reason: '' }, false],
  ])('S-03 the grant %o: %s', (body, valid) => expect(grantBody.safeParse(body).success).toBe(valid));

  test.each([
    [{ type: 'secret', mode: 'live' }, undefined],
    [{ type: 'publishable', mode: 'test', expiresAt: 1_800_000_000 }, 1_800_000_000_000],
    [{ type: 'secret', mode: 'live', expiresAt: '2027-01-15T08:00:00Z' }, 1_800_000_000_000],
    [{ type: 'secret', mode: 'live', expiresAt: '2027-01-15T09:00:00+01:00' }, 1_800_000_000_000],
  ])('S-02 the key %o', (body, expiresAt) => expect(createKeyBody.parse(body).expiresAt).toBe(expiresAt));

  test.each([
    { type: 'admin', mode: 'live' },
    { type: 'secret' },
    { type: 'secret', mode: 'live', expiresAt: 'soon' },
    { type: 'secret', mode: 'live', expiresAt: 0 },
    { type: 'secret', mode: 'live', expiresAt: 1_800_000_000_000 },
  ])('S-02 the key %o is refused', (body) => expect(createKeyBody.safeParse(body).success).toBe(false));
});

describe('replies of the admin API', () => {
  const tenant: Tenant = {
    tenantId: 'tn_1',
    name: 'A',
    plan: 'standard',
    status: 'active',
    settings: { ageThreshold: 18 },
    createdAt: 0,
  };

  test('C-09 are what their schemas say', () => {
    const { readTenant, readLedger, listKeys, listVerifications } = platformOperations;
    for (const one of [toTenant(tenant), toTenant({ ...tenant, webhookDisabledAt: 5 }, 7)]) {
      expect(readTenant.reply.schema?.parse(one)).toEqual(one);
    }
    const entry = {
      id: 'debit_vf_1',
      type: 'debit',
      amount: -1,
      balance: 4,
      verificationId: 'vf_1',
      reason: 'verification',
      createdAt: 0,
    } as const;
    const ledger = { balance: 4, ledger: [toLedgerEntry(entry)] };
    expect(readLedger.reply.schema?.parse(ledger)).toEqual(ledger);
    const record = {
      keyId: 'key_1',
      tenantId: 'tn_1',
      type: 'secret',
      mode: 'live',
      hint: 'sk_live_…abcd',
      origins: [],
      createdAt: 0,
    } as const;
    const keys = { keys: [toKey(record), toKey({ ...record, expiresAt: 1, revokedAt: 2, lastUsedAt: 3 })] };
    expect(listKeys.reply.schema?.parse(keys)).toEqual(keys);
    const verifications = {
      verifications: [
        toVerification(aVerification()),
        toVerification(aVerification({ state: 'approved', outcome: anOutcome(), submittedAt: 1, concludedAt: 2 })),
      ],
    };
    expect(listVerifications.reply.schema?.parse(verifications)).toEqual(verifications);
  });

  test('an operator’s list shows nothing of the applicant', () => {
    const verification = aVerification({
      state: 'approved',
      claims: { userRef: 'ref', submittedFullName: 'Anna' },
      submission: { docBack: false, metadata: { note: 'private' } },
      outcome: anOutcome(),
    });
    expect(JSON.stringify(toVerification(verification))).not.toMatch(/ref|Anna|private|verif\//);
  });
});

describe('S-01 C-04 problem details', () => {
  test('S-01 every code has a status and a title', () => {
    for (const code of Object.keys(submissionErrors) as ErrorCode[]) {
      const { status, body, contentType } = toProblem(failure(code, 'In words.'), 'req_1');
      expect(contentType).toBe('application/problem+json');
      expect(body).toEqual({
        type: 'about:blank',
        title: expect.stringMatching(/^\w.+/),
        status,
        detail: 'In words.',
        code,
        request_id: 'req_1',
      });
    }
  });

  test.each([
    ['insufficient_credits', 402],
    ['unsupported_media_type', 415],
    ['invalid_request', 400],
    ['unauthorized', 401],
    ['secret_key_required', 403],
    ['not_found', 404],
    ['method_not_allowed', 405],
    ['conflict', 409],
    ['payload_too_large', 413],
    ['idempotency_key_reused', 422],
    ['rate_limited', 429],
    ['internal', 500],
    ['unavailable', 503],
  ] as const)('S-16 %s is %i', (code, status) => expect(toProblem(failure(code, ''), 'r').status).toBe(status));

  test('C-04 details are extensions of their own', () => {
    const detail = { reason: 'selfie_empty', fieldErrors: { selfie: ['empty'] } };
    expect(toProblem(failure('upload_missing', '', { detail }), 'r').body).toMatchObject({
      reason: 'selfie_empty',
      errors: { selfie: ['empty'] },
    });
  });
});
