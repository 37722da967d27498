import * as z from 'zod';
import type { Validation } from '../../domain/validation.ts';
import type { LoginEvent } from '../../domain/webhook-delivery.ts';
import { iso } from '../timestamp.ts';
import { toRegistration, toValidation } from './validation-replies.ts';

/** What is kept of an event's subject; a comparison leaves nothing behind. */
export interface LoginSubject {
  readonly validation?: Validation;
  /** The tenant's id in this contract. */
  readonly client: string;
}

export const loginWebhookBody = z
  .object({
    type: z.string().meta({
      description:
        '`biometric_validation_new`, `…_validated`, `…_failed`, `…_liveness_failed`, `…_created_person`, `biometrics_liveness_score_not_acceptable`, `app_registration_created`, `app_registration_person_already_set`, `app_registration_` and its status in lower case, `face_verification_compare`, `credits.low`.',
    }),
    object: z.record(z.string(), z.json()).meta({ description: 'The validation or registration, as of the event.' }),
  })
  .meta({ id: 'LoginWebhookBody' });

/** V-31: `{type, object}`. The object is what is kept, with what was so at the moment of the event. */
export const loginWebhook = {
  body: (event: LoginEvent, { validation, client }: LoginSubject): string => {
    const { type, subject, occurredAt, facts } = event;
    const at = { updatedAt: iso(occurredAt) };
    const shown = validation && { validation, client, at: occurredAt };
    const object =
      !shown || type === 'credits.low'
        ? { _id: subject, client }
        : type.startsWith('app_registration_')
          ? toRegistration(shown)
          : toValidation(shown);
    return JSON.stringify({ type, object: { ...object, ...facts, ...at } });
  },
  headers: () => ({ 'user-agent': 'Selfsame-Webhooks/1.0' }),
};
