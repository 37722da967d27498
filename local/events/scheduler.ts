import type { DatabaseSync } from 'node:sqlite';
import { transaction } from '../sqlite.ts';
import { type Occurrences, parseSchedule } from './schedule.ts';

export const schedulerSchema = `
CREATE TABLE IF NOT EXISTS schedule (
  arn TEXT PRIMARY KEY,
  definition TEXT NOT NULL,
  anchor INTEGER NOT NULL,
  next_at INTEGER
) STRICT;`;

/** Something that is to happen on a schedule. */
interface Scheduled {
  readonly arn: string;
  /** `rate(…)`, `cron(…)` or `at(…)` */
  readonly expression: string;
  /** IANA name; UTC where absent. */
  readonly timezone?: string | undefined;
  /** No occurrence before, and none after: milliseconds since the epoch. */
  readonly start?: number | undefined;
  readonly end?: number | undefined;
  /** Whether a rate begins with an occurrence, as EventBridge Scheduler has it; a rule's rate begins with a pause. */
  readonly immediate?: boolean;
  /** Stores what the occurrence causes; runs in the transaction that also moves the schedule on. */
  readonly fire: (scheduledAt: number) => void;
}

export interface Scheduler {
  /** Adds a schedule, or replaces it. One whose times are unchanged keeps its rhythm across restarts. */
  readonly set: (scheduled: Scheduled) => void;
  readonly remove: (arn: string) => void;
  readonly arns: () => string[];
  /** Fires what is due. It runs each second after {@link start}. */
  readonly tick: () => void;
  readonly start: () => void;
  readonly stop: () => void;
}

const tickMilliseconds = 1000;

export function createScheduler(database: DatabaseSync, now: () => number, afterFiring: () => void): Scheduler {
  const find = database.prepare('SELECT definition, anchor, next_at FROM schedule WHERE arn = ?');
  const upsert = database.prepare('INSERT OR REPLACE INTO schedule VALUES (?, ?, ?, ?)');
  const advance = database.prepare('UPDATE schedule SET next_at = ? WHERE arn = ?');
  const erase = database.prepare('DELETE FROM schedule WHERE arn = ?');

  interface Entry {
    readonly scheduled: Scheduled;
    readonly occurrences: Occurrences;
    readonly anchor: number;
    nextAt: number | undefined;
  }
  const entries = new Map<string, Entry>();
  let timer: NodeJS.Timeout | undefined;

  const following = ({ scheduled, occurrences, anchor }: Omit<Entry, 'nextAt'>, time: number): number | undefined => {
    const next = occurrences.after(Math.max(time, (scheduled.start ?? 0) - 1), anchor);
    return next === undefined || next > (scheduled.end ?? Number.POSITIVE_INFINITY) ? undefined : next;
  };

  const fire = (entry: Entry, scheduledAt: number, at: number) => {
    // What was missed while the process was down happens once, not once for each time: nobody wants a day's worth of
    // sweeps at start-up, and the events that mattered are one-time schedules, which AWS too delivers late.
    const next = following(entry, at);
    transaction(database, () => {
      entry.scheduled.fire(scheduledAt);
      advance.run(next ?? null, entry.scheduled.arn);
    });
    entry.nextAt = next;
  };

  const tick = () => {
    const at = now();
    let fired = false;
    for (const entry of entries.values()) {
      if (entry.nextAt === undefined || entry.nextAt > at) continue;
      try {
        fire(entry, entry.nextAt, at);
        fired = true;
      } catch (error) {
        // One schedule that cannot fire must not keep the others from it; it is tried again at the next tick.
        console.error(
          JSON.stringify({
            level: 'ERROR',
            message: 'schedule did not fire',
            arn: entry.scheduled.arn,
            error: String(error),
          }),
        );
      }
    }
    if (fired) afterFiring();
  };

  return {
    set: (scheduled) => {
      const { arn, expression, timezone, start, end } = scheduled;
      const occurrences = parseSchedule(expression, timezone);
      const definition = JSON.stringify({ expression, timezone, start, end });
      const stored = find.get(arn);
      if (stored?.definition === definition) {
        const nextAt = typeof stored.next_at === 'number' ? stored.next_at : undefined;
        entries.set(arn, { scheduled, occurrences, anchor: Number(stored.anchor), nextAt });
        return;
      }
      const entry = { scheduled, occurrences, anchor: start ?? now() };
      // A time in the past is refused by AWS for at(); a template that is started again later must not fail for it.
      const immediate = scheduled.immediate && occurrences.kind === 'rate';
      const nextAt = immediate ? entry.anchor : following(entry, now());
      upsert.run(arn, definition, entry.anchor, nextAt ?? null);
      entries.set(arn, { ...entry, nextAt });
    },
    remove: (arn) => {
      entries.delete(arn);
      erase.run(arn);
    },
    arns: () => [...entries.keys()],
    tick,
    start: () => {
      tick();
      timer = setInterval(tick, tickMilliseconds);
      timer.unref();
    },
    stop: () => clearInterval(timer),
  };
}
