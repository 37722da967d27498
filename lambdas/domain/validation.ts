import type { LoginRecord } from './login-records.ts';

/** What a validation is for; `onboarding` makes a person, the others find one. */
type ValidationType = 'validation' | 'login' | 'onboarding' | 'oneTimeLink';

/**
 * The life of a validation, as one table. The words that the contract has for its session, its app login and its registration
 * all derive from it: they are one record, and cannot disagree.
 */
export const validationMoves = {
  active: ['validated', 'failed', 'expired', 'cancelled'],
  validated: [],
  failed: [],
  expired: [],
  cancelled: [],
} as const satisfies Record<string, readonly string[]>;

export type ValidationState = keyof typeof validationMoves;

/** Tries that count, before a session is over (V-32). */
export const mostAttempts = 3;

/** How liveness was settled where no score was above a threshold: the tenant has it so, and every answer says it. */
export type LivenessWaiver = 'liveness_not_required' | 'liveness_off';

/** What a try that counted fell short of. */
export type Shortfall = 'liveness_failed' | 'liveness_unavailable' | 'person_not_found' | 'multiple_candidates';

/** One person's way through a flow, from the session that lets the camera in to the person who was recognised. */
export interface Validation extends LoginRecord {
  readonly project: string;
  readonly projectFlow: string;
  readonly type: ValidationType;
  /** The caller's name for the person. */
  readonly identifier: string;
  readonly state: ValidationState;
  readonly expiresAt: number;
  /** Tries that counted. */
  readonly attempts: number;
  /** Somebody looks at a picture for this session until then, and no second one meanwhile. */
  readonly heldUntil?: number;
  /** Of the last try. */
  readonly shortfall?: Shortfall;
  /** 0..1, of the last try; absent: not measured. */
  readonly livenessScore?: number;
  readonly searchScore?: number;
  /** Id of the only person who may come of it: of a login that another login opened. */
  readonly expectedPerson?: string;
  /** Where the person is sent with the token, and where events go instead of the tenant's endpoint. */
  readonly redirectUrl?: string;
  readonly webhookUrl?: string;
  readonly ipAddress?: string;
  readonly email?: string;
  readonly language?: 'en' | 'es';
  /** What an onboarding is told of the person. */
  readonly applicant?: { readonly fullName?: string; readonly phone?: string };
  readonly outcome?: ValidationOutcome;
}

export interface ValidationOutcome {
  /** Id. */
  readonly person: string;
  readonly at: number;
  readonly waiver?: LivenessWaiver;
  /** Of the answer (V-12). */
  readonly answerId: string;
  /** Hash over the caller's idempotency key and request, by which the same attempt is recognised; absent without a key. */
  readonly attempt?: string;
}

/** The parts of a validation that have ids of their own: they differ from it in their last digit. */
const lastDigit = { session: '7', validation: '8', login: '9', image: 'a', person: 'b' } as const;

export type ValidationPart = keyof typeof lastDigit;

/** The id of a part; `id` is of any of its parts. */
export const partId = (id: string, part: ValidationPart): string => id.slice(0, -1) + lastDigit[part];

/** The validation that a part with this id would belong to, undefined where no such part can have it. */
export const validationOf = (id: string, part: ValidationPart): string | undefined =>
  id.endsWith(lastDigit[part]) ? partId(id, 'validation') : undefined;

/** Its state as of a moment: whoever reads it sees that its time is over before anything has written so. */
export const stateAt = ({ state, expiresAt }: Pick<Validation, 'state' | 'expiresAt'>, now: number): ValidationState =>
  state === 'active' && now >= expiresAt ? 'expired' : state;

const sessionWords = {
  active: 'active',
  validated: 'completed',
  failed: 'cancelled',
  expired: 'expired',
  cancelled: 'cancelled',
} as const satisfies Record<ValidationState, string>;

export const sessionStatus = (state: ValidationState) => sessionWords[state];

export const validationStatus = (state: ValidationState): 'new' | 'validated' | 'failed' =>
  state === 'active' ? 'new' : state === 'validated' ? 'validated' : 'failed';

/** V-26: a login whose last try found nobody has failed, though its session may let the person try again. */
export const loginStatus = (
  state: ValidationState,
  { shortfall }: Pick<Validation, 'shortfall'>,
): 'pending' | 'validated' | 'failed' => {
  if (state !== 'active') return state === 'validated' ? 'validated' : 'failed';
  return shortfall === 'person_not_found' ? 'failed' : 'pending';
};

export const registrationStatuses = [
  'STARTED',
  'ONGOING',
  'COMPLETED',
  'COMPLETED_WITHOUT_KYC',
  'FAILED',
  'NEEDS_MANUAL_VERIFICATION',
  'EXPIRED',
] as const;

export type RegistrationStatus = (typeof registrationStatuses)[number];

/** S-05: where liveness cannot be judged, and is required, a person has to look. */
export function registrationStatus(
  state: ValidationState,
  { attempts, shortfall, outcome }: Pick<Validation, 'attempts' | 'shortfall' | 'outcome'>,
): RegistrationStatus {
  switch (state) {
    case 'active':
      return attempts === 0 ? 'STARTED' : 'ONGOING';
    case 'validated':
      return outcome?.waiver ? 'COMPLETED_WITHOUT_KYC' : 'COMPLETED';
    case 'failed':
      return shortfall === 'liveness_unavailable' ? 'NEEDS_MANUAL_VERIFICATION' : 'FAILED';
    case 'cancelled':
      return 'FAILED';
    case 'expired':
      return 'EXPIRED';
  }
}

/** What a try did to it: one more that counted, and after the last one it is over (S-17). */
export function afterShortfall(
  validation: Validation,
  shortfall: Shortfall,
  scores: Pick<Validation, 'livenessScore' | 'searchScore'>,
): Validation {
  const { livenessScore: _, searchScore: __, heldUntil: ___, ...kept } = validation;
  const attempts = validation.attempts + 1;
  const over = attempts >= mostAttempts || shortfall === 'liveness_unavailable';
  return { ...kept, ...scores, shortfall, attempts, state: over ? 'failed' : 'active' };
}

/** What the picture that recognised somebody, or made somebody, makes of it: the only way to `validated`. */
export function completed(
  validation: Validation,
  outcome: ValidationOutcome,
  scores: Pick<Validation, 'livenessScore' | 'searchScore'>,
): Validation {
  const { wakeAt: _, shortfall: __, livenessScore: ___, searchScore: ____, ...kept } = released(validation);
  return { ...kept, ...scores, state: 'validated', updatedAt: outcome.at, outcome };
}

/** The same, but nobody looks at a picture for it any more. */
export function released({ heldUntil: _, ...validation }: Validation): Validation {
  return validation;
}

/** Whose an identifier is within a project, once an onboarding has said so. */
export interface Identity extends LoginRecord {
  /** Id. */
  readonly person: string;
}
