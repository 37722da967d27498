import type { DatabaseSync } from 'node:sqlite';
import * as z from 'zod';

/**
 * One row per message. `visible_at` is when it may be received (again); a message is in flight while it has a receipt
 * and `visible_at` lies ahead. `consumer` is 1 while an event source mapping of this process holds it.
 */
export const messageSchema = `
CREATE TABLE IF NOT EXISTS message (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  queue INTEGER NOT NULL REFERENCES queue (id) ON DELETE CASCADE,
  id TEXT NOT NULL,
  body TEXT NOT NULL,
  attributes TEXT NOT NULL,
  trace TEXT,
  group_id TEXT,
  deduplication_id TEXT,
  source_arn TEXT,
  sent_at INTEGER NOT NULL,
  visible_at INTEGER NOT NULL,
  receives INTEGER NOT NULL DEFAULT 0,
  first_received_at INTEGER,
  receipt TEXT,
  consumer INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX IF NOT EXISTS message_due ON message (queue, visible_at, sequence);
CREATE INDEX IF NOT EXISTS message_group ON message (queue, group_id, sequence) WHERE group_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS message_consumer ON message (consumer) WHERE consumer = 1;
CREATE TABLE IF NOT EXISTS deduplication (
  queue INTEGER NOT NULL REFERENCES queue (id) ON DELETE CASCADE,
  scope TEXT NOT NULL,
  id TEXT NOT NULL,
  message_id TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (queue, scope, id)
) STRICT, WITHOUT ROWID;`;

export const messageRow = z.object({
  sequence: z.number(),
  queue: z.number(),
  id: z.string(),
  body: z.string(),
  attributes: z.string(),
  trace: z.string().nullable(),
  group_id: z.string().nullable(),
  deduplication_id: z.string().nullable(),
  source_arn: z.string().nullable(),
  sent_at: z.number(),
  visible_at: z.number(),
  receives: z.number(),
  first_received_at: z.number().nullable(),
  receipt: z.string().nullable(),
  consumer: z.number(),
});
export type MessageRow = z.output<typeof messageRow>;

// A FIFO group waits while one of its messages is in flight, or an earlier one is not visible yet.
const groupIsFree = `NOT EXISTS (
  SELECT 1 FROM message AS other
  WHERE other.queue = message.queue AND other.group_id = message.group_id AND other.visible_at > :now
    AND (other.receipt IS NOT NULL OR other.sequence < message.sequence))`;

export function prepareMessages(database: DatabaseSync) {
  const sql = (text: string) => database.prepare(text);
  return {
    insert:
      sql(`INSERT INTO message (queue, id, body, attributes, trace, group_id, deduplication_id, sent_at, visible_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`),
    due: sql(`SELECT * FROM message WHERE queue = :queue AND visible_at <= :now AND sent_at > :oldest
      ORDER BY visible_at, sequence LIMIT :limit`),
    dueInOrder: sql(`SELECT * FROM message WHERE queue = :queue AND visible_at <= :now AND sent_at > :oldest
      AND ${groupIsFree} ORDER BY sequence LIMIT :limit`),
    nextDue: sql('SELECT min(visible_at) AS at FROM message WHERE queue = ? AND visible_at > ?'),
    take: sql(`UPDATE message SET visible_at = ?, receives = ?, first_received_at = ?, receipt = ?, consumer = ?
      WHERE sequence = ?`),
    move: sql(
      'UPDATE message SET queue = ?, visible_at = ?, receipt = NULL, consumer = 0, source_arn = ? WHERE sequence = ?',
    ),
    find: sql('SELECT * FROM message WHERE sequence = ? AND queue = ?'),
    remove: sql('DELETE FROM message WHERE sequence = ? AND receipt = ?'),
    setVisible: sql('UPDATE message SET visible_at = ? WHERE sequence = ?'),
    letGo: sql('UPDATE message SET consumer = 0 WHERE sequence = ? AND receipt = ?'),
    giveBack: sql(`UPDATE message SET visible_at = ?, receives = receives - 1, receipt = NULL, consumer = 0,
      first_received_at = CASE WHEN receives > 1 THEN first_received_at END WHERE sequence = ? AND receipt = ?`),
    // To where it was in the line: else whoever is interrupted again and again waits behind everybody who comes after.
    giveBackAll: sql(`UPDATE message SET visible_at = sent_at, receives = receives - 1, receipt = NULL, consumer = 0,
      first_received_at = CASE WHEN receives > 1 THEN first_received_at END WHERE consumer = 1`),
    purge: sql('DELETE FROM message WHERE queue = ?'),
    expire: sql('DELETE FROM message WHERE queue = ? AND sent_at <= ?'),
    count: sql(`SELECT count(*) FILTER (WHERE visible_at <= :now) AS visible,
      count(*) FILTER (WHERE visible_at > :now AND receipt IS NOT NULL) AS inFlight,
      count(*) FILTER (WHERE visible_at > :now AND receipt IS NULL) AS delayed FROM message WHERE queue = :queue`),
    duplicate: sql(
      'SELECT message_id, sequence FROM deduplication WHERE queue = ? AND scope = ? AND id = ? AND expires_at > ?',
    ),
    rememberDuplicate: sql('INSERT OR REPLACE INTO deduplication VALUES (?, ?, ?, ?, ?, ?)'),
    forgetDuplicates: sql('DELETE FROM deduplication WHERE expires_at <= ?'),
    movable: sql('SELECT * FROM message WHERE queue = ? AND visible_at <= ? ORDER BY sequence'),
    renew:
      sql(`UPDATE message SET queue = ?, id = ?, sent_at = ?, visible_at = ?, receives = 0, first_received_at = NULL,
      receipt = NULL, source_arn = NULL WHERE sequence = ?`),
  };
}
