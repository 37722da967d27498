/**
 * Environment of the functions: names that the stack writes and the composition roots in `handlers/` read once at cold start.
 * A function gets only those that it needs.
 */
export interface Environment {
  /** JSON of `Settings`. */
  readonly SETTINGS: string;
  readonly TABLE_NAME: string;
  readonly KEYS_TABLE_NAME: string;
  readonly MEDIA_BUCKET: string;
  readonly JOBS_QUEUE_URL: string;
  readonly DELIVERIES_QUEUE_URL: string;
  readonly JOBS_DLQ_URL: string;
  readonly DELIVERIES_DLQ_URL: string;
  readonly EVENT_BUS_NAME: string;
  /** KMS key that encrypts secrets of tenants. */
  readonly SECRETS_KEY_ID: string;
  /** KMS key (Ed25519) that signs receipts. */
  readonly RECEIPTS_KEY_ID: string;
  /** Holds an index of faces for each collection. */
  readonly VECTOR_BUCKET: string;
  /** Folder of the models, relative to `LAMBDA_TASK_ROOT`. */
  readonly MODELS_FOLDER: string;
}
