import * as z from 'zod';
import { moment } from '../moment.ts';
import { text } from '../printable-text.ts';
import { reviewBelowApprove, thresholdShape } from '../thresholds.ts';

const when = moment.meta({ description: 'ISO 8601 or Unix seconds.' });

/** `https://host[:port]`, `http://localhost[:port]`, or `https://*.domain` for any subdomain. */
const origin = z
  .string()
  .max(255)
  .regex(
    /^(?:https?:\/\/)(?:\*\.)?[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?$/i,
    'must be an origin such as https://shop.example',
  );

const thresholds = thresholdShape.refine(...reviewBelowApprove);

const webhookUrl = z.url({ protocol: /^https?$/ }).max(2048);

const settings = {
  thresholds,
  webhookUrl,
  theme: z.record(z.string(), z.json()),
  allowedOrigins: z.array(origin).max(50),
  returnUrls: z.array(z.url({ protocol: /^https?$/ })).max(50),
  retentionDays: z.number().int().min(1).max(3650),
  ageThreshold: z.number().int().min(1).max(120),
  consentRequired: z.boolean(),
  requireLiveness: z.boolean(),
  creditsLowAt: z.number().int().min(0),
};

type Shape = Readonly<Record<string, z.ZodType>>;
const mapShape = (shape: Shape, change: (schema: z.ZodType) => z.ZodType) =>
  Object.fromEntries(Object.entries(shape).map(([name, schema]) => [name, change(schema)]));

const eachOptional = <S extends Shape>(shape: S) =>
  mapShape(shape, (schema) => schema.exactOptional()) as { [Name in keyof S]: z.ZodExactOptional<S[Name]> };
const eachNullable = <S extends Shape>(shape: S) =>
  mapShape(shape, (schema) => schema.nullable()) as { [Name in keyof S]: z.ZodNullable<S[Name]> };

const plan = z.enum(['standard', 'professional', 'enterprise']);

export const createTenantBody = z
  .strictObject({
    name: text(120),
    plan: plan.default('standard'),
    credits: z.number().int().min(0).max(1_000_000_000).default(0),
    settings: z.strictObject(eachOptional(settings)).default({}),
  })
  .meta({ id: 'CreateTenant' });

export const signingSecretsQuery = z.strictObject({ tenantId: text(64) });
export const rotateSigningSecretBody = z.strictObject({ tenantId: text(64) }).meta({ id: 'RotateSigningSecret' });

export const updateTenantBody = z
  .strictObject({
    name: text(120).exactOptional(),
    plan: plan.exactOptional(),
    status: z.enum(['active', 'disabled']).exactOptional(),
    settings: z
      .strictObject(eachOptional(eachNullable(settings)))
      .exactOptional()
      .meta({ description: 'Merged one by one; null takes one back to its default.' }),
  })
  .meta({ id: 'UpdateTenant' });

export const grantBody = z
  .strictObject({
    amount: z
      .number()
      .int()
      .min(-1_000_000_000)
      .max(1_000_000_000)
      .refine((amount) => amount !== 0, 'must not be 0'),
    reason: text(200),
  })
  .meta({ id: 'GrantCredits' });

export const createKeyBody = z
  .strictObject({
    type: z.enum(['secret', 'publishable']),
    mode: z.enum(['live', 'test']),
    origins: z.array(origin).max(50).exactOptional(),
    expiresAt: when.exactOptional(),
  })
  .meta({ id: 'CreateKey' });

export const pageQuery = z.strictObject({ cursor: z.string().max(2048).exactOptional() });

export const verificationsQuery = z.strictObject({
  mode: z.enum(['live', 'test']).default('live'),
  cursor: z.string().max(2048).exactOptional(),
});
