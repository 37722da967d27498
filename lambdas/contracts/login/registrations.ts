import * as z from 'zod';
import { registrationStatuses } from '../../domain/validation.ts';
import type { OperationSpec } from '../operation.ts';
import { dataOf, deletedReply, id, pageOf, pageQuery, text } from './shapes.ts';
import { appLoginReply, registrationReply, sessionReply, validationReply } from './validation-replies.ts';
import { email, identifier, language } from './validations.ts';

/** V-49, V-50: registrations, logins, the tenant's endpoint and its balance. */
const createRegistrationBody = z
  .strictObject({
    project: id,
    projectFlow: id,
    identifier: identifier.exactOptional().meta({ description: 'Default: the e-mail address or the phone number.' }),
    fullName: text(256).exactOptional(),
    email,
    phone: z
      .string()
      .regex(/^\+?[0-9 ()-]{5,24}$/, 'must be a phone number')
      .exactOptional(),
    language,
  })
  .refine(({ identifier, email, phone }) => (identifier ?? email ?? phone) !== undefined, {
    path: ['identifier'],
    error: 'is required',
  })
  .meta({ id: 'AppRegistrationRequest' });

const createdRegistration = z.object({
  appRegistration: registrationReply,
  livenessSession: sessionReply,
  biometricValidation: validationReply,
  token: z.string(),
});

const endpointBody = z
  .strictObject({ url: z.url({ protocol: /^https?$/ }).max(2048), name: text(128).exactOptional() })
  .meta({ id: 'LoginWebhookRequest' });
const endpointReply = z
  .object({
    _id: id,
    client: id,
    url: z.string(),
    active: z.boolean().meta({ description: 'False once it answered 410.' }),
  })
  .meta({ id: 'LoginWebhook' });

const oneRegistration = dataOf(registrationReply);
const noRegistration = { 404: 'There is no such registration.' };

export const registrationOperations = {
  createRegistration: {
    summary: 'Begin a registration: a liveness session that ends with a new person',
    body: createRegistrationBody,
    reply: { status: 200, description: 'Begun.', schema: dataOf(createdRegistration) },
    failures: { 404: 'There is no such flow in this project.', 409: 'The flow is not active, or not for onboarding.' },
  },
  listRegistrations: {
    summary: 'List registrations, newest first',
    query: pageQuery.extend({ where_status: z.enum(registrationStatuses).exactOptional() }),
    reply: { status: 200, description: 'One page.', schema: pageOf(registrationReply) },
  },
  readRegistration: {
    summary: 'Read a registration',
    reply: { status: 200, description: 'It.', schema: oneRegistration },
    failures: noRegistration,
  },
  syncRegistration: {
    summary: 'Bring a registration up to date at once: one whose time is over ends now',
    reply: { status: 200, description: 'As it is now.', schema: oneRegistration },
    failures: noRegistration,
  },
  listAppLogins: {
    summary: 'List app logins, newest first',
    query: pageQuery.extend({ where_status: z.enum(['pending', 'validated', 'failed']).exactOptional() }),
    reply: { status: 200, description: 'One page.', schema: pageOf(appLoginReply) },
  },
  readAppLogin: {
    summary: 'Read an app login',
    reply: { status: 200, description: 'It.', schema: dataOf(appLoginReply) },
    failures: { 404: 'There is no such app login.' },
  },
  setLoginWebhook: {
    summary: "Set the account's webhook endpoint: one address for the events of every contract",
    body: endpointBody,
    reply: { status: 200, description: 'Events go there from now on.', schema: dataOf(endpointReply) },
  },
  listLoginWebhooks: {
    summary: "Read the account's webhook endpoint: a list of one, or of none",
    reply: { status: 200, description: 'It.', schema: dataOf(z.array(endpointReply)) },
  },
  removeLoginWebhook: {
    summary: "Take the account's webhook endpoint away",
    reply: {
      status: 200,
      description: 'Nothing is sent any more.',
      schema: dataOf(z.object({ deleted: z.literal(true) })),
    },
  },
  removeLoginWebhookById: {
    summary: "Take the account's webhook endpoint away, named by its id",
    reply: { status: 200, description: 'Nothing is sent any more.', schema: deletedReply },
    failures: { 404: 'There is no such endpoint.' },
  },
  readLoginCredits: {
    summary: 'Read the balance',
    reply: {
      status: 200,
      description: 'Credits left.',
      schema: dataOf(z.object({ client: id, credits: z.number().int() })),
    },
  },
} as const satisfies Readonly<Record<string, OperationSpec>>;
