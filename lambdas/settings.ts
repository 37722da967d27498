import * as z from 'zod';

const seconds = z.number().int().positive();
const perMinute = z.number().int().positive();
const perSecond = z.number().int().positive();
const share = z.number().min(0).max(1);

/**
 * What an operator may set and the functions obey: every duration, limit and threshold, in one place.
 * `lib/config.ts` extends it with what concerns the infrastructure alone and hands it to each function as `SETTINGS`.
 */
export const settingsSchema = z.strictObject({
  /** Claim `iss` of what we sign. */
  issuer: z.string().min(1).default('selfsame'),
  /** How long an intent can be submitted after init. */
  intentTtlSeconds: seconds.default(3600),
  uploads: z
    .strictObject({
      urlTtlSeconds: seconds.default(900),
      maxBytes: z
        .number()
        .int()
        .positive()
        .default(10 * 1024 * 1024),
    })
    .prefault({}),
  /** How long a document's reading is kept so that a retried job does not read it again. */
  readingCacheSeconds: seconds.default(1800),
  idempotencyTtlSeconds: seconds.default(86_400),
  rateLimits: z
    .strictObject({
      initPerMinute: perMinute.default(60),
      submitPerMinute: perMinute.default(30),
      statusPerMinute: perMinute.default(600),
      defaultPerMinute: perMinute.default(100),
      loginPerMinute: perMinute.default(600),
      documentPerMinute: perMinute.default(100),
      documentStatusPerMinute: perMinute.default(1000),
      documentWebhooksPerMinute: perMinute.default(100),
      /** Of the key that a session at the console was opened with. */
      consolePerMinute: perMinute.default(600),
      /** Of one key, and within one session of the page. */
      hostedPerMinute: perMinute.default(600),
      stepUp: z
        .strictObject({
          tenantPerSecond: perSecond.default(200),
          tenantBurst: perSecond.default(400),
          actionPerSecond: perSecond.default(50),
          actionBurst: perSecond.default(100),
          /** Verifications of one user: no plan multiplies it, since it is what a guesser meets. */
          userPerMinute: perMinute.default(10),
          sandboxPerSecond: perSecond.default(20),
          sandboxBurst: perSecond.default(40),
        })
        .prefault({}),
      /** Multiplies every limit of a tenant on that plan. */
      professionalFactor: z.number().positive().default(10),
      enterpriseFactor: z.number().positive().default(10_000),
    })
    .prefault({}),
  stepUp: z
    .strictObject({
      /** How long the person in front of the camera has for a challenge. */
      challengeTtlSeconds: seconds.default(120),
      /** For so long a frame that was sent for a user is recognised when it is sent again. */
      replayDays: z.number().int().positive().default(90),
    })
    .prefault({}),
  document: z
    .strictObject({
      /**
       * Counted from when a call came in: one that is not answered by then goes on as work for the queue. What is left of 25 s is
       * for taking it in; API Gateway gives up after 30.
       */
      syncMs: z.number().int().positive().default(20_000),
      /** Years that a holder must have, where neither the call nor the tenant says otherwise. */
      ageThreshold: z.number().int().min(1).max(120).default(18),
      /** Shorter side of a picture, pixels. */
      leastSide: z.number().int().positive().default(300),
      /** How long a token that tells an age is good for. */
      tokenTtlSeconds: seconds.default(300),
      /** Takes documents of Utopia, the state of specimens, for real ones; for local runs only. */
      acceptSpecimens: z.boolean().default(false),
    })
    .prefault({}),
  jobs: z
    .strictObject({
      /** A job that shows no progress for so long is sent again. */
      redriveAfterSeconds: seconds.default(60),
      /** A verification that has not reached its verdict by then fails, and its credit is refunded. */
      giveUpAfterSeconds: seconds.default(900),
      /** Worker attempts that ended in a fault of ours before the verification fails. */
      maxAttempts: z.number().int().positive().default(4),
    })
    .prefault({}),
  webhooks: z
    .strictObject({
      /** Delays after the first attempt. */
      retrySeconds: z.array(seconds).default([5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400]),
      timeoutSeconds: seconds.default(10),
      /** Both secrets sign for so long after a rotation. */
      rotationSeconds: seconds.default(86_400),
      /** Allows `http:` and private addresses; for local runs only. */
      allowInsecure: z.boolean().default(false),
    })
    .prefault({}),
  /** How long media and records of each class live. */
  retention: z
    .strictObject({
      submissionDays: z.number().int().positive().default(30),
      recordDays: z.number().int().positive().default(365),
      /** Pictures of documents that wait for their verdict, and what was read on them. */
      documentHours: z.number().int().positive().default(24),
      /** After a user's last verification; three years is the most that the law of Illinois (BIPA 15(a)) leaves. */
      templateDays: z.number().int().positive().max(1095).default(1095),
    })
    .prefault({}),
  /** Defaults of a tenant's policy. `match`, `liveness`, `search` are 0..1, `approve` and `review` 0..100. */
  thresholds: z
    .strictObject({
      match: share.default(0.8),
      liveness: share.default(0.55),
      search: share.default(0.85),
      approve: z.number().min(1).max(100).default(80),
      review: z.number().min(0).max(100).default(60),
    })
    .prefault({}),
  login: z
    .strictObject({
      /** How long a liveness session can be used, where its flow says nothing else. */
      sessionTtlSeconds: seconds.default(600),
      /** How long the token of a person who was recognised is good for. */
      tokenTtlSeconds: seconds.default(3600),
      /** A session whose picture is looked at takes no second one; after so long that look is taken for dead. */
      lookSeconds: seconds.default(30),
    })
    .prefault({}),
  /** The hosted page, and what is submitted from it or in its place. */
  hosted: z
    .strictObject({
      /** How long a person has for it. */
      sessionTtlSeconds: seconds.default(900),
      /** How long photos and videos are kept; a tenant can ask for less. */
      retentionSeconds: seconds.default(604_800),
      /** How long an address is good that goes on with a session on another device. */
      handOffTtlSeconds: seconds.default(600),
      /** Submissions of one session that may end without a verdict. */
      mostAttempts: z.number().int().positive().default(5),
      /** Counted from when a call came in; what is left of 25 s is for keeping what was submitted. */
      syncMs: z.number().int().positive().default(22_000),
      maxVideoBytes: z
        .number()
        .int()
        .positive()
        .default(50 * 1024 * 1024),
      maxPhotoBytes: z
        .number()
        .int()
        .positive()
        .default(10 * 1024 * 1024),
      /** How long the address that a file's own one leads to is good. */
      fileUrlSeconds: seconds.default(60),
      /** Whether the page also asks for the back of the document. */
      backWanted: z.boolean().default(false),
      /** What the result says of how faces were compared: what is so, or the word of the published text. */
      comparisonMethod: z.enum(['face_embedding_v1', 'openai_vision']).default('face_embedding_v1'),
    })
    .prefault({}),
  console: z
    .strictObject({
      /** How long a session lasts; it ends with its key at the latest. */
      sessionTtlSeconds: seconds.default(28_800),
      /** Attempts from one address, and with one key. */
      loginsPerMinute: perMinute.default(20),
      /** How long an address of a picture is good. */
      mediaUrlSeconds: seconds.default(60),
    })
    .prefault({}),
  /** A ledger debit that leaves less fires `credits.low`; a tenant can set its own. */
  creditsLowAt: z.number().int().nonnegative().default(10),
  faceEngine: z.enum(['onnx', 'rekognition']).default('onnx'),
  /** Numbers of a vector in the index of faces: at least those of the largest model set. An index that exists keeps its own. */
  vectors: z.strictObject({ dimension: z.number().int().min(1).max(4096).default(256) }).prefault({}),
  /** SHA-256 (hex) of the operator's admin key; empty: the admin API answers 401 to everyone. */
  adminKeySha256: z
    .string()
    .regex(/^([0-9a-f]{64})?$/)
    .default(''),
});

export type Settings = z.infer<typeof settingsSchema>;
