import * as z from 'zod';
import { canonicalJson } from '../canonical-json.ts';
import { moment } from '../moment.ts';
import type { OperationSpec } from '../operation.ts';
import { image } from './image.ts';
import { dataOf, id, pageOf, pageQuery, text } from './shapes.ts';
import {
  appLoginReply,
  registrationReply,
  type Shown,
  sessionReply,
  toAppLogin,
  toSession,
  validationReply,
} from './validation-replies.ts';

/** V-01 to V-12, V-40 to V-43, V-51: sessions, and the pictures that are sent for them. */
export const identifier = text(256).meta({ description: 'Your name for the person: an address, a number, an id.' });

const until = moment.meta({
  description: 'ISO 8601 or Unix seconds, within 24 hours; default: as the flow has it.',
});

/** What this installation has no means for is refused: who asks for it would wait in vain. */
const unsupported = (instead: string) =>
  z
    .boolean()
    .refine((wanted) => !wanted, `is not supported by this installation: ${instead}`)
    .transform(() => undefined)
    .exactOptional();

export const email = z.email().max(254).exactOptional();
export const language = z.enum(['en', 'es']).exactOptional();

const options = {
  expiresAt: until.exactOptional(),
  redirectUrl: z
    .url({ protocol: /^https$/, error: 'must be an https address' })
    .max(2048)
    .exactOptional()
    .meta({ description: 'Where the page sends the person on, with `?token=`; default: as the flow has it.' }),
  webhookUrl: z
    .url({ protocol: /^https?$/ })
    .max(2048)
    .exactOptional()
    .meta({ description: "For the events of this validation, instead of the account's endpoint." }),
  requires2FA: unsupported('ask for the second factor yourself'),
  ipAddress: z.union([z.ipv4(), z.ipv6()]).exactOptional(),
  sendViaEmail: unsupported('send the address yourself'),
  email,
  language,
};

const openBody = z
  .strictObject({
    project: id,
    projectFlow: id,
    identifier,
    type: z.enum(['validation', 'login', 'onboarding', 'oneTimeLink']),
    ...options,
  })
  .meta({ id: 'BiometricValidationRequest' });
const continueBody = z
  .strictObject({ type: z.literal('login').default('login'), ...options })
  .meta({ id: 'BiometricValidationOfLoginRequest' });

/** Options as a use case takes them: without those that can only be declined. */
export const optionsOf = <Body extends { requires2FA?: unknown; sendViaEmail?: unknown }>({
  requires2FA: _,
  sendViaEmail: __,
  ...body
}: Body) => body;

const opened = z.object({ livenessSession: sessionReply, biometricValidation: validationReply, token: z.string() });
const openedReply = dataOf(opened).meta({ id: 'OpenedBiometricValidation' });

/** What was judged of a person, with its Ed25519 signature (V-12). */
const signed = <Data extends z.ZodType>(data: Data) =>
  z.object({
    data,
    signature: z.string().meta({
      description:
        'Base64url Ed25519 over `{"data":…,"id":…}` as compact JSON with sorted keys; the key is at `/.well-known/jwks.json`.',
    }),
    id: z.string().regex(/^[a-z2-7]{6}$/),
  });

/** The bytes that a signature stands for. */
export const signedText = (data: unknown, answerId: string): string => canonicalJson({ data, id: answerId });

/** Said where liveness was not what decided, and where the person is sent on. */
const additions = {
  warnings: validationReply.shape.warnings.exactOptional(),
  redirectUrl: z.string().exactOptional().meta({ description: 'With the token: V-52.' }),
};

const validated = z.object({
  appLogin: appLoginReply,
  livenessSession: sessionReply,
  person: id,
  token: z.string(),
  ...additions,
});
const validatedReply = signed(validated).meta({ id: 'ValidatedLogin' });

const registered = z.object({
  appRegistration: registrationReply,
  livenessSession: sessionReply,
  person: id,
  token: z.string(),
  ...additions,
});
const registeredReply = signed(registered).meta({ id: 'CompletedRegistration' });

const base32 = 'abcdefghijklmnopqrstuvwxyz234567';

/** Six base32 characters from eight hex digits. */
export function answerIdOf(hex: string): string {
  const bits = Number.parseInt(hex, 16);
  return [25, 20, 15, 10, 5, 0].map((shift) => base32[Math.floor(bits / 2 ** shift) % 32]).join('');
}

function additionsOf({ validation: { outcome, redirectUrl } }: Shown, token: string) {
  const address = redirectUrl === undefined ? undefined : new URL(redirectUrl);
  address?.searchParams.set('token', token);
  return {
    ...(outcome?.waiver && { warnings: [outcome.waiver] }),
    ...(address && { redirectUrl: address.href }),
  };
}

export const toValidated = (
  shown: Shown,
  person: { id: string; name: string },
  token: string,
): z.infer<typeof validated> => ({
  appLogin: toAppLogin(shown, person.name),
  livenessSession: toSession(shown),
  person: person.id,
  token,
  ...additionsOf(shown, token),
});

export const toRegistered = (
  shown: Shown,
  appRegistration: z.infer<typeof registrationReply>,
  person: string,
  token: string,
): z.infer<typeof registered> => ({
  appRegistration,
  livenessSession: toSession(shown),
  person,
  token,
  ...additionsOf(shown, token),
});

const sort = z
  .enum(['createdAt', '-createdAt'])
  .exactOptional()
  .meta({ description: 'By birth, oldest or newest first; default: newest.' });

/** Names of records to be put in place of their ids, joined by commas. */
const populates = <const Name extends string>(...names: readonly [Name, ...Name[]]) =>
  z
    .string()
    .transform((given) => given.split(','))
    .pipe(z.array(z.enum(names)))
    .exactOptional()
    .meta({ description: `Put in place of their ids: ${names.join(', ')}.` });

const listQuery = pageQuery.extend({
  where_status: z.enum(['new', 'validated', 'failed']).exactOptional(),
  where_type: z.enum(['validation', 'login', 'onboarding', 'oneTimeLink']).exactOptional(),
  sort,
  'populates[]': populates('livenessSession', 'appLogin', 'appRegistration'),
});

const populated = validationReply
  .extend({
    livenessSession: z.union([id, sessionReply]),
    appLogin: z.union([id, appLoginReply]).exactOptional(),
    appRegistration: z.union([id, registrationReply]).exactOptional(),
  })
  .meta({ id: 'PopulatedBiometricValidation' });

const ofSession = {
  402: 'The balance is 0; nothing was looked at.',
  404: '`person_not_found`, or the validation is gone.',
  409: '`liveness_failed`, `multiple_candidates`, `collection_not_configured`, `liveness_session_completed`, or a picture that shows nobody to judge.',
};

export const validationOperations = {
  openValidation: {
    summary: 'Open a liveness session; its token lets its bearer send pictures',
    body: openBody,
    reply: { status: 200, description: 'Open for as long as the flow has it.', schema: openedReply },
    failures: { 404: 'There is no such flow in this project.', 409: 'The flow is not active, or of another type.' },
  },
  continueLogin: {
    summary: 'Open a liveness session for somebody who is logged in; nobody else can complete it',
    body: continueBody,
    reply: { status: 200, description: 'Open for as long as the flow has it.', schema: openedReply },
    failures: { 404: 'The login is no longer kept.', 409: 'The flow is not active.' },
  },
  listValidations: {
    summary: 'List biometric validations, newest first',
    query: listQuery,
    reply: { status: 200, description: 'One page.', schema: pageOf(populated) },
  },
  readValidation: {
    summary: 'Read a biometric validation',
    reply: { status: 200, description: 'It.', schema: dataOf(validationReply) },
    failures: { 404: 'There is no such validation.' },
  },
  cancelSession: {
    summary: 'Cancel a liveness session',
    reply: { status: 200, description: 'It is cancelled.', schema: dataOf(sessionReply) },
    failures: { 404: 'There is no such session.', 409: 'It is completed.' },
  },
  validateLogin: {
    summary: 'Send a picture for a session: is this a living person, and who',
    body: z.strictObject({ image }).meta({ id: 'ValidateRequest' }),
    reply: { status: 200, description: 'Who it is, and a token for the app.', schema: validatedReply },
    failures: ofSession,
  },
  registerPerson: {
    summary: 'Send a picture for a registration: the person is made of it',
    body: z
      .strictObject({
        image,
        os: z.enum(['DESKTOP', 'IOS', 'ANDROID']),
        force: z.boolean().default(false).meta({ description: 'Overrides the person that the identifier has.' }),
      })
      .meta({ id: 'RegisterRequest' }),
    reply: { status: 200, description: 'The registration, and a token for the app.', schema: registeredReply },
    failures: { 404: ofSession[404], 409: `${ofSession[409]} Or the identifier has its person already.` },
  },
} as const satisfies Readonly<Record<string, OperationSpec>>;
