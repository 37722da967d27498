import * as z from 'zod';
import {
  loginStatus,
  partId,
  registrationStatus,
  registrationStatuses,
  sessionStatus,
  stateAt,
  type Validation,
  validationStatus,
} from '../../domain/validation.ts';
import { iso } from '../timestamp.ts';
import { id, recordFields, recordHead, rounded, score } from './shapes.ts';

/** The four records that the published API shows of one validation, each with its own id. */
const when = z.string();
const inFlow = { project: id, projectFlow: id };

/** V-08 */
export const sessionReply = z
  .object({
    ...recordFields,
    ...inFlow,
    identifier: z.string(),
    status: z.enum(['active', 'completed', 'expired', 'cancelled']),
    expiresAt: when,
  })
  .meta({ id: 'LivenessSession' });

export const validationReply = z
  .object({
    ...recordFields,
    ...inFlow,
    identifier: z.string(),
    type: z.enum(['validation', 'login', 'onboarding', 'oneTimeLink']),
    status: z.enum(['new', 'validated', 'failed']),
    url: z.string().exactOptional().meta({ description: 'Where it can be read; not in webhooks.' }),
    livenessSession: id,
    appLogin: id.exactOptional(),
    appRegistration: id.exactOptional(),
    person: id.nullable().meta({ description: 'Who was recognised, or made.' }),
    attempts: z.number().int(),
    livenessScore: score.nullable().meta({ description: 'Of the last try; null where liveness could not be judged.' }),
    searchScore: score.nullable(),
    warnings: z.array(z.enum(['liveness_not_required', 'liveness_off'])).meta({
      description: 'How the tenant has it that liveness was not what decided.',
    }),
    requires2FA: z.literal(false),
    redirectUrl: z.string().nullable(),
    webhookUrl: z.string().nullable(),
    ipAddress: z.string().nullable(),
    email: z.string().nullable(),
    language: z.enum(['en', 'es']).nullable(),
    expiresAt: when,
  })
  .meta({ id: 'BiometricValidation' });

/** V-05 */
export const appLoginReply = z
  .object({
    ...recordFields,
    ...inFlow,
    status: z.enum(['pending', 'validated', 'failed']),
    type: z.literal('faceLiveness'),
    biometricValidation: id,
    face: id.nullable().meta({ description: 'The picture that was kept of this login.' }),
    name: z.string().nullable().meta({ description: 'Of the person, as long as there is one.' }),
  })
  .meta({ id: 'AppLogin' });

export const registrationReply = z
  .object({
    ...recordFields,
    ...inFlow,
    identifier: z.string(),
    status: z.enum(registrationStatuses),
    biometricValidation: id,
    person: id.nullable(),
    face: id.nullable(),
    fullName: z.string().nullable(),
    email: z.string().nullable(),
    phone: z.string().nullable(),
    language: z.enum(['en', 'es']).nullable(),
    expiresAt: when,
  })
  .meta({ id: 'AppRegistration' });

export interface Shown {
  readonly validation: Validation;
  /** The tenant's id in this contract. */
  readonly client: string;
  /** As of when its state is told. */
  readonly at: number;
}

const head = ({ validation, client }: Shown, part: Parameters<typeof partId>[1]) => ({
  ...recordHead({ ...validation, id: partId(validation.id, part) }, client),
  project: validation.project,
  projectFlow: validation.projectFlow,
});

const faceOf = ({ id, outcome }: Validation): string | null => (outcome ? partId(id, 'image') : null);

export function toSession(shown: Shown): z.infer<typeof sessionReply> {
  const { validation, at } = shown;
  return {
    ...head(shown, 'session'),
    identifier: validation.identifier,
    status: sessionStatus(stateAt(validation, at)),
    expiresAt: iso(validation.expiresAt),
  };
}

/** @param baseUrl absent: the validation is told without its address */
export function toValidation(shown: Shown, baseUrl?: string): z.infer<typeof validationReply> {
  const { validation, at } = shown;
  const { id, type, attempts, livenessScore, searchScore, outcome } = validation;
  return {
    ...head(shown, 'validation'),
    identifier: validation.identifier,
    type,
    status: validationStatus(stateAt(validation, at)),
    ...(baseUrl !== undefined && { url: `${baseUrl}/v2/biometric-validations/${id}` }),
    livenessSession: partId(id, 'session'),
    ...(type === 'onboarding' ? { appRegistration: partId(id, 'login') } : { appLogin: partId(id, 'login') }),
    person: outcome?.person ?? null,
    attempts,
    livenessScore: livenessScore === undefined ? null : rounded(livenessScore),
    searchScore: searchScore === undefined ? null : rounded(searchScore),
    warnings: outcome?.waiver ? [outcome.waiver] : [],
    requires2FA: false,
    redirectUrl: validation.redirectUrl ?? null,
    webhookUrl: validation.webhookUrl ?? null,
    ipAddress: validation.ipAddress ?? null,
    email: validation.email ?? null,
    language: validation.language ?? null,
    expiresAt: iso(validation.expiresAt),
  };
}

/** @param name of the person, where one was recognised and is still there */
export function toAppLogin(shown: Shown, name: string | undefined): z.infer<typeof appLoginReply> {
  const { validation, at } = shown;
  return {
    ...head(shown, 'login'),
    status: loginStatus(stateAt(validation, at), validation),
    type: 'faceLiveness',
    biometricValidation: validation.id,
    face: faceOf(validation),
    name: name ?? null,
  };
}

export function toRegistration(shown: Shown): z.infer<typeof registrationReply> {
  const { validation, at } = shown;
  return {
    ...head(shown, 'login'),
    identifier: validation.identifier,
    status: registrationStatus(stateAt(validation, at), validation),
    biometricValidation: validation.id,
    person: validation.outcome?.person ?? null,
    face: faceOf(validation),
    fullName: validation.applicant?.fullName ?? null,
    email: validation.email ?? null,
    phone: validation.applicant?.phone ?? null,
    language: validation.language ?? null,
    expiresAt: iso(validation.expiresAt),
  };
}
