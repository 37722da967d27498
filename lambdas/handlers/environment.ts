import { type Settings, settingsSchema } from '../settings.ts';

/** Variables that the stack gives to functions, each only what it needs (`lib/environment.ts`). */
export type Variable =
  | 'SETTINGS'
  | 'TABLE_NAME'
  | 'KEYS_TABLE_NAME'
  | 'MEDIA_BUCKET'
  | 'JOBS_QUEUE_URL'
  | 'DELIVERIES_QUEUE_URL'
  | 'JOBS_DLQ_URL'
  | 'DELIVERIES_DLQ_URL'
  | 'EVENT_BUS_NAME'
  | 'SECRETS_KEY_ID'
  | 'RECEIPTS_KEY_ID'
  | 'VECTOR_BUCKET'
  | 'MODELS_FOLDER';

/** Read once at cold start: a missing name fails the deployment's smoke test, not a request. */
export function variables<Name extends Variable>(...names: readonly Name[]): Readonly<Record<Name, string>> {
  const missing = names.filter((name) => !process.env[name]);
  if (missing.length > 0) throw new Error(`Missing environment: ${missing.join(', ')}.`);
  return Object.fromEntries(names.map((name) => [name, process.env[name]])) as Record<Name, string>;
}

export const settings: Settings = settingsSchema.parse(JSON.parse(process.env.SETTINGS ?? '{}'));
