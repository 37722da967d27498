import type { Realm } from './caller.ts';
import { registrationStatus, type Validation, type ValidationState, validationStatus } from './validation.ts';
import { eventId, type LoginEvent, type LoginEventType } from './webhook-delivery.ts';

/** One event of a validation as it is after the step that made it happen. */
function told(realm: Realm, validation: Validation, type: LoginEventType): LoginEvent {
  const { id, attempts, updatedAt, state, livenessScore, searchScore, webhookUrl, outcome } = validation;
  return {
    // A try may be repeated in kind: its number tells the one from the other.
    eventId: eventId(`${id}_${attempts}`, type),
    contract: 'login',
    type,
    tenantId: realm.tenantId,
    mode: realm.mode,
    subject: id,
    occurredAt: updatedAt,
    facts: {
      status: type.startsWith('app_registration_') ? registrationStatus(state, validation) : validationStatus(state),
      attempts,
      ...(livenessScore !== undefined && { livenessScore }),
      ...(searchScore !== undefined && { searchScore }),
      ...(outcome && { person: outcome.person }),
    },
    ...(webhookUrl !== undefined && { url: webhookUrl }),
  };
}

const endings: Readonly<Record<ValidationState, LoginEventType>> = {
  active: 'biometric_validation_new',
  validated: 'biometric_validation_validated',
  failed: 'biometric_validation_failed',
  expired: 'biometric_validation_failed',
  cancelled: 'biometric_validation_failed',
};

/** What the step from `before` (undefined: it was just opened) to `after` makes known. */
export function eventsBetween(realm: Realm, before: Validation | undefined, after: Validation): LoginEvent[] {
  const types: (LoginEventType | undefined)[] = [];
  if (before && after.attempts > before.attempts && after.shortfall?.startsWith('liveness')) {
    types.push('biometric_validation_liveness_failed');
    if (after.livenessScore !== undefined) types.push('biometrics_liveness_score_not_acceptable');
  }
  if (before?.state !== after.state) types.push(endings[after.state]);
  if (after.type === 'onboarding') {
    const status = registrationStatus(after.state, after);
    const was = before && registrationStatus(before.state, before);
    if (!before) types.push('app_registration_created');
    if (after.state === 'validated') types.push('biometric_validation_created_person');
    if (status !== was) types.push(`app_registration_${status.toLowerCase()}`);
  }
  return types.flatMap((type) => (type ? told(realm, after, type) : []));
}

/** The identifier has its person already, and the caller did not say that the new one overrides it. */
export const personAlreadySet = (realm: Realm, validation: Validation): LoginEvent =>
  told(realm, validation, 'app_registration_person_already_set');

/** A debit that left less than the tenant wants to be warned at; undefined where it did not. */
export function lowLoginBalance(
  realm: Realm,
  { id, updatedAt }: Validation,
  balance: number,
  warnBelow: number,
): LoginEvent | undefined {
  if (balance >= warnBelow) return undefined;
  const type = 'credits.low';
  const { tenantId, mode } = realm;
  const what = { contract: 'login', type, tenantId, mode, subject: id, occurredAt: updatedAt } as const;
  return { eventId: eventId(id, type), ...what, facts: { balance } };
}
