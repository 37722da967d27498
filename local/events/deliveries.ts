import type { DatabaseSync } from 'node:sqlite';
import * as z from 'zod';
import { transaction } from '../sqlite.ts';

export const deliverySchema = `
CREATE TABLE IF NOT EXISTS delivery (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  target_arn TEXT NOT NULL,
  job TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  accepted_at INTEGER NOT NULL,
  next_at INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS delivery_due ON delivery (target_arn, next_at);
CREATE INDEX IF NOT EXISTS delivery_time ON delivery (next_at);`;

const deliveryJob = z.object({
  /** JSON text for the target. */
  payload: z.string(),
  targetId: z.string(),
  messageGroupId: z.string().optional(),
  /** For a queue: sent as string message attributes. */
  attributes: z.record(z.string(), z.string()).optional(),
  /** The rule or schedule; for the dead-letter queue's attributes. */
  sourceArn: z.string(),
  deadLetterArn: z.string().optional(),
  maximumRetryAttempts: z.number(),
  maximumEventAgeSeconds: z.number(),
});
export type DeliveryJob = z.output<typeof deliveryJob>;
const deliveryRow = z.object({
  id: z.number(),
  target_arn: z.string(),
  job: z.string(),
  attempts: z.number(),
  accepted_at: z.number(),
});
type DeliveryRow = z.output<typeof deliveryRow>;

/** What the runtime needs beside the payload to reach a target. */
interface DeliveryTarget {
  readonly id: string;
  /** Set for targets that are FIFO queues. */
  readonly messageGroupId?: string | undefined;
  /** Message attributes for a queue: why a delivery was given up. */
  readonly attributes?: Readonly<Record<string, string>> | undefined;
}

/** Hands a payload (JSON text) to a queue or function; rejects if the target did not take it. */
export type Deliver = (targetArn: string, payload: string, target: DeliveryTarget) => Promise<void>;

/** To be thrown by {@link Deliver} for a target that no retry can reach, for instance one that does not exist. */
export class UnreachableTargetError extends Error {}

/** EventBridge's defaults: 24 hours and 185 times. */
export const defaultRetry = { maximumRetryAttempts: 185, maximumEventAgeSeconds: 86_400 } as const;

// A target that hangs must hold up no other target, and one that is slow must not be flooded.
const concurrencyPerTarget = 10;
const longestBackoff = 300_000;
const longestTimer = 60_000;
const unsendable = /[^\t\n\r\x20-\ud7ff\ue000-\ufffd]/g;

/** EventBridge backs off exponentially with jitter; its own figures are not published. */
const backoff = (attempts: number): number =>
  Math.min(longestBackoff, 500 * 2 ** Math.min(attempts, 20)) * (0.5 + Math.random() / 2);

export interface Deliveries {
  /** Stores a delivery; call it in the transaction that accepts the event, and {@link drive} after that. */
  readonly add: (targetArn: string, job: DeliveryJob) => void;
  /** Starts what has been added. Does nothing before {@link start}. */
  readonly drive: () => void;
  readonly start: () => void;
  /** Starts nothing more, and resolves when the attempts under way have ended. */
  readonly stop: () => Promise<void>;
  readonly pending: () => number;
}

export function createDeliveries(database: DatabaseSync, deliver: Deliver, now: () => number): Deliveries {
  const insert = database.prepare('INSERT INTO delivery (target_arn, job, accepted_at, next_at) VALUES (?, ?, ?, ?)');
  const dueTargets = database.prepare('SELECT DISTINCT target_arn FROM delivery WHERE next_at <= ?');
  const due = database.prepare(
    'SELECT * FROM delivery WHERE target_arn = ? AND next_at <= ? ORDER BY next_at, id LIMIT ?',
  );
  const nextDue = database.prepare('SELECT min(next_at) AS at FROM delivery WHERE next_at > ?');
  const erase = database.prepare('DELETE FROM delivery WHERE id = ?');
  const postpone = database.prepare('UPDATE delivery SET attempts = ?, next_at = ? WHERE id = ?');
  const count = database.prepare('SELECT count(*) AS n FROM delivery');

  /** Attempts under way: delivery id → its end, for each target. */
  const underWay = new Map<string, Map<number, Promise<void>>>();
  /** Targets with something new, so that a drive need not look through a backlog. */
  const touched = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let running = false;

  const add = (targetArn: string, job: DeliveryJob) => {
    insert.run(targetArn, JSON.stringify(job), now(), now());
    touched.add(targetArn);
  };

  const failed = (row: DeliveryRow, job: DeliveryJob, error: unknown) => {
    // Cut off by the stop, not by the target: it is due again at the next start, and nothing is counted.
    if (!running) return;
    const attempts = row.attempts + 1;
    const next = now() + backoff(attempts);
    const unreachable = error instanceof UnreachableTargetError;
    const tooOld = next - row.accepted_at > job.maximumEventAgeSeconds * 1000;
    if (!unreachable && !tooOld && attempts <= job.maximumRetryAttempts) {
      postpone.run(attempts, Math.ceil(next), row.id);
      driveAll();
      return;
    }
    const reason = unreachable ? undefined : tooOld ? 'MaximumEventAgeInSeconds' : 'MaximumRetryAttempts';
    const attributes = {
      RULE_ARN: job.sourceArn,
      TARGET_ARN: row.target_arn,
      ERROR_CODE: unreachable ? 'NO_RESOURCE' : 'TARGET_ERROR',
      // A message attribute holds no control characters: the dead-letter queue would refuse it for ever.
      ERROR_MESSAGE: String(error).slice(0, 1024).replace(unsendable, '?'),
      RETRY_ATTEMPTS: String(row.attempts),
      ...(reason === undefined ? {} : { EXHAUSTED_RETRY_CONDITION: reason }),
    };
    console.error(JSON.stringify({ level: 'ERROR', message: 'delivery given up', delivery: row.id, ...attributes }));
    transaction(database, () => {
      erase.run(row.id);
      const { deadLetterArn, payload, targetId, sourceArn } = job;
      if (deadLetterArn !== undefined)
        add(deadLetterArn, { payload, targetId, sourceArn, attributes, ...defaultRetry });
    });
    drive();
  };

  const attempt = async (row: DeliveryRow) => {
    const job = deliveryJob.parse(JSON.parse(row.job));
    try {
      const { targetId, messageGroupId, attributes } = job;
      await deliver(row.target_arn, job.payload, { id: targetId, messageGroupId, attributes });
      erase.run(row.id);
    } catch (error) {
      failed(row, job, error);
    }
  };

  const driveTarget = (targetArn: string) => {
    const attempts = underWay.get(targetArn) ?? new Map<number, Promise<void>>();
    underWay.set(targetArn, attempts);
    // Rows under way are still due, so as many more are read as there may be of them.
    const rows = z.array(deliveryRow).parse(due.all(targetArn, now(), 2 * concurrencyPerTarget));
    for (const row of rows) {
      if (attempts.size >= concurrencyPerTarget) return;
      if (attempts.has(row.id)) continue;
      const ended = attempt(row).then(
        () => {
          const wasFull = attempts.size === concurrencyPerTarget;
          attempts.delete(row.id);
          // Otherwise nothing can be waiting for a place: whatever was added has been driven already.
          if (running && wasFull) driveTarget(targetArn);
        },
        (error: unknown) => {
          attempts.delete(row.id);
          // The table could not be written, so the row is still due: only the timer tries it again, not this loop.
          console.error(JSON.stringify({ level: 'ERROR', message: 'delivery not recorded', error: String(error) }));
        },
      );
      attempts.set(row.id, ended);
    }
  };

  const schedule = (driven: number) => {
    clearTimeout(timer);
    const at = nextDue.get(driven)?.at;
    timer = setTimeout(
      driveAll,
      Math.max(1, Math.min(longestTimer, typeof at === 'number' ? at - now() : longestTimer)),
    );
    timer.unref();
  };

  const driveAll = () => {
    // Read once: what falls due in between would else be neither driven nor waited for.
    const at = now();
    for (const row of dueTargets.all(at)) driveTarget(String(row.target_arn));
    schedule(at);
  };

  const drive = () => {
    if (!running) return;
    const targets = [...touched];
    touched.clear();
    for (const targetArn of targets) driveTarget(targetArn);
  };

  return {
    add,
    drive,
    start: () => {
      running = true;
      driveAll();
    },
    stop: async () => {
      running = false;
      clearTimeout(timer);
      await Promise.all([...underWay.values()].flatMap((attempts) => [...attempts.values()]));
    },
    pending: () => Number(count.get()?.n),
  };
}
