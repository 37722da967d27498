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
