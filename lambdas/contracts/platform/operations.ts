import * as z from 'zod';
import type { OperationSpec } from '../operation.ts';
import {
  createKeyBody,
  createTenantBody,
  grantBody,
  pageQuery,
  rotateSigningSecretBody,
  signingSecretsQuery,
  updateTenantBody,
  verificationsQuery,
} from './schemas.ts';

const when = z.string().meta({ description: 'ISO 8601, UTC.' });
const cursor = z.string().exactOptional();

const tenantReply = z
  .object({
    tenantId: z.string(),
    name: z.string(),
    plan: z.string(),
    status: z.string(),
    balance: z.number().int().exactOptional(),
    settings: z.record(z.string(), z.json()),
    webhookDisabledAt: when.nullable(),
    createdAt: when,
  })
  .meta({ id: 'Tenant' });

const newTenantReply = tenantReply
  .extend({
    keys: z.object({ pkLive: z.string(), skLive: z.string(), pkTest: z.string(), skTest: z.string() }),
    signingSecret: z.string(),
    webhookSecret: z.string(),
  })
  .meta({ id: 'NewTenant', description: 'Keys and secrets are shown this once.' });

const ledgerEntry = z
  .object({
    id: z.string(),
    type: z.enum(['grant', 'debit', 'refund']),
    amount: z.number().int(),
    balance: z.number().int(),
    verificationId: z.string().exactOptional(),
    reason: z.string(),
    createdAt: when,
  })
  .meta({ id: 'LedgerEntry' });

const verificationRow = z
  .object({
    verificationId: z.string(),
    contract: z.string(),
    state: z.string(),
    confidence: z.number().nullable(),
    flags: z.array(z.string()),
    failure: z.string().nullable(),
    createdAt: when,
    submittedAt: when.nullable(),
    completedAt: when.nullable(),
  })
  .meta({ id: 'VerificationRow' });

const keyRow = z
  .object({
    keyId: z.string(),
    tenantId: z.string(),
    type: z.string(),
    mode: z.string(),
    hint: z.string(),
    origins: z.array(z.string()),
    createdAt: when,
    expiresAt: when.nullable(),
    revokedAt: when.nullable(),
    lastUsedAt: when.nullable(),
  })
  .meta({ id: 'Key' });

const deadLetter = z
  .object({ id: z.string(), queue: z.string(), receivedAt: when, body: z.string() })
  .meta({ id: 'DeadLetter' });

const one = (description: string, schema: z.ZodType, status = 200) => ({ status, description, schema });
const noTenant = { 404: 'There is no such tenant.' };

export const platformOperations = {
  createTenant: {
    summary: 'Create a tenant',
    body: createTenantBody,
    reply: one('The tenant, its keys and its secrets.', newTenantReply, 201),
  },
  listTenants: {
    summary: 'List tenants, newest first',
    query: pageQuery,
    reply: one('One page.', z.object({ tenants: z.array(tenantReply), cursor })),
  },
  readTenant: { summary: 'Read a tenant', reply: one('The tenant.', tenantReply), failures: noTenant },
  updateTenant: {
    summary: 'Change a tenant',
    body: updateTenantBody,
    reply: one('The tenant as it is now.', tenantReply),
    failures: noTenant,
  },
  grantCredits: {
    summary: 'Grant credits, or take some back',
    body: grantBody,
    reply: one('The balance now.', z.object({ balance: z.number().int() })),
    failures: { ...noTenant, 409: 'The balance would fall below 0.' },
  },
  readLedger: {
    summary: 'Read the ledger, newest first',
    query: pageQuery,
    reply: one('One page.', z.object({ balance: z.number().int(), ledger: z.array(ledgerEntry), cursor })),
    failures: noTenant,
  },
  listVerifications: {
    summary: "List a tenant's verifications, newest first",
    query: verificationsQuery,
    reply: one('One page.', z.object({ verifications: z.array(verificationRow), cursor })),
    failures: noTenant,
  },
  createKey: {
    summary: 'Create a key',
    body: createKeyBody,
    reply: one('The key, shown this once.', z.object({ keyId: z.string(), key: z.string() }), 201),
    failures: noTenant,
  },
  listKeys: {
    summary: "List a tenant's keys",
    reply: one('All of them.', z.object({ keys: z.array(keyRow) })),
    failures: noTenant,
  },
  revokeKey: {
    summary: 'Revoke a key at once',
    reply: one('Revoked.', z.object({ keyId: z.string(), revoked: z.literal(true) })),
    failures: { 404: 'There is no such key.' },
  },
  rotateSigningSecret: {
    summary: 'Make a new signing secret; the one before it still verifies',
    body: rotateSigningSecretBody,
    reply: one('The secret, shown this once.', z.object({ kid: z.string(), secret: z.string() }), 201),
    failures: { ...noTenant, 409: 'Another rotation was first.' },
  },
  listSigningSecrets: {
    summary: 'List the signing secrets that verify, newest first; never the secrets themselves',
    query: signingSecretsQuery,
    reply: one(
      'All of them.',
      z.object({
        signingSecrets: z.array(z.object({ kid: z.string(), createdAt: when }).meta({ id: 'SigningSecret' })),
      }),
    ),
    failures: noTenant,
  },
  revokeSigningSecret: {
    summary: 'Revoke a signing secret at once',
    query: signingSecretsQuery,
    reply: one('Revoked.', z.object({ kid: z.string(), revoked: z.literal(true) })),
    failures: { 404: 'There is no such signing secret.', 409: 'It is the only one.' },
  },
  jwks: {
    summary: 'Public keys that receipts are checked with',
    reply: one('RFC 7517.', z.object({ keys: z.array(z.record(z.string(), z.json())) })),
  },
  listDeadLetters: {
    summary: 'List what no worker could handle',
    reply: one('All of them.', z.object({ deadLetters: z.array(deadLetter) })),
  },
  redriveDeadLetter: {
    summary: 'Send a dead letter back to its queue',
    reply: one('Sent.', z.object({ id: z.string(), redriven: z.literal(true) }), 202),
    failures: { 404: 'There is no such dead letter.' },
  },
  health: { summary: 'Is the service up', reply: one('It is.', z.object({ status: z.literal('ok') })) },
  ready: {
    summary: 'Are its dependencies and models there',
    reply: one(
      'They are.',
      z.object({
        status: z.enum(['ready', 'not_ready']),
        checks: z.record(z.string(), z.string()),
        modelSet: z.string(),
        models: z.record(z.string(), z.string()),
        missing: z.record(z.string(), z.string()),
      }),
    ),
    failures: { 503: 'One is not; `checks` says which.' },
  },
  openapi: {
    summary: 'This description; `?contract=submission` for one contract alone',
    query: z.strictObject({
      contract: z.enum(['submission', 'step-up', 'document', 'login', 'platform']).exactOptional(),
    }),
    reply: { status: 200, description: 'OpenAPI 3.1.' },
  },
  docs: {
    summary: 'This description, to read',
    reply: { status: 200, description: 'A page.', contentType: 'text/html' },
  },
} as const satisfies Readonly<Record<string, OperationSpec>>;

export const platformPathParams = {
  tenantId: z.string().meta({ description: 'Id of a tenant.', example: 'tn_4fzK2mP9nL3jHq8s' }),
  kid: z.string().meta({ description: 'Id of a signing secret.' }),
  keyId: z.string().meta({ description: 'Id of a key (not the key).' }),
  id: z.string().meta({ description: 'Id of a dead letter.' }),
} as const;
