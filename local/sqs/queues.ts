import type { DatabaseSync } from 'node:sqlite';
import * as z from 'zod';
import { AwsError } from '../aws-json.ts';
import type { CloudPlace } from '../service.ts';
import { invalidAttributeValue, invalidValue, queueDoesNotExist } from './errors.ts';
import { checkAttributes, defaultAttributes, type QueueSettings, settingsOf } from './queue-attributes.ts';

export const queueSchema = `
CREATE TABLE IF NOT EXISTS queue (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE,
  attributes TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL
) STRICT;`;

export interface Queue {
  readonly id: number;
  readonly name: string;
  readonly arn: string;
  /** Only what was set; defaults are added when asked for. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly settings: QueueSettings;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly changedAt: number;
}

export interface Queues {
  readonly create: (name: string, attributes: Readonly<Record<string, string>>) => Queue;
  /** Creates the queue, or sets its attributes to exactly these: what a template says is what holds. */
  readonly ensure: (name: string, attributes: Readonly<Record<string, string>>) => Queue;
  readonly change: (queue: Queue, attributes: Readonly<Record<string, string>>) => void;
  readonly remove: (queue: Queue) => void;
  readonly find: (name: string) => Queue | undefined;
  readonly byName: (name: string) => Queue;
  readonly byUrl: (url: string) => Queue;
  readonly byArn: (arn: string) => Queue | undefined;
  readonly all: () => Queue[];
  readonly url: (queue: Queue) => string;
}

const attributesJson = z.record(z.string(), z.string());
const queueRow = z.object({
  id: z.number(),
  name: z.string(),
  attributes: z.string(),
  created_at: z.number(),
  changed_at: z.number(),
});

export function createQueues(database: DatabaseSync, place: CloudPlace): Queues {
  const insert = database.prepare('INSERT INTO queue (name, attributes, created_at, changed_at) VALUES (?, ?, ?, ?)');
  const update = database.prepare('UPDATE queue SET attributes = ?, changed_at = ? WHERE id = ?');
  const erase = database.prepare('DELETE FROM queue WHERE id = ?');
  const arnOf = (name: string) => `arn:aws:sqs:${place.region}:${place.accountId}:${name}`;

  // This process is the only writer, so memory can answer every look-up.
  const queues = new Map<string, Queue>();
  const remember = (
    id: number,
    name: string,
    attributes: Readonly<Record<string, string>>,
    createdAt: number,
    changedAt: number,
  ) => {
    const queue = { id, name, arn: arnOf(name), attributes, settings: settingsOf(attributes), createdAt, changedAt };
    queues.set(name, queue);
    return queue;
  };
  for (const row of z.array(queueRow).parse(database.prepare('SELECT * FROM queue').all()))
    remember(row.id, row.name, attributesJson.parse(JSON.parse(row.attributes)), row.created_at, row.changed_at);

  const check = (name: string, attributes: Readonly<Record<string, string>>) => {
    const fifo = name.endsWith('.fifo');
    if (!/^[\w-]{1,80}$/.test(fifo ? name.slice(0, -5) : name) || name.length > 80)
      throw invalidValue(
        'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length. A FIFO queue ends in .fifo',
      );
    checkAttributes(attributes, fifo);
    const target = settingsOf(attributes).redrive?.deadLetterArn;
    if (target !== undefined && !self.byArn(target))
      throw invalidAttributeValue(
        'RedrivePolicy',
        attributes.RedrivePolicy,
        'Reason: Dead letter target does not exist.',
      );
  };

  const add = (name: string, attributes: Readonly<Record<string, string>>) => {
    check(name, attributes);
    if (name.endsWith('.fifo') && attributes.FifoQueue !== 'true')
      throw invalidValue('The name of a queue that is not FIFO must not end in .fifo.');
    const at = place.now();
    return remember(
      Number(insert.run(name, JSON.stringify(attributes), at, at).lastInsertRowid),
      name,
      attributes,
      at,
      at,
    );
  };

  const replace = (queue: Queue, attributes: Readonly<Record<string, string>>) => {
    check(queue.name, attributes);
    const at = place.now();
    update.run(JSON.stringify(attributes), at, queue.id);
    return remember(queue.id, queue.name, attributes, queue.createdAt, at);
  };

  const self: Queues = {
    create: (name, attributes) => {
      const existing = queues.get(name);
      if (!existing) return add(name, attributes);
      const effective = { ...defaultAttributes, ...existing.attributes };
      for (const [key, value] of Object.entries(attributes))
        if (effective[key] !== value)
          throw new AwsError(
            'QueueNameExists',
            `A queue already exists with the same name and a different value for attribute ${key}`,
            400,
            'QueueAlreadyExists',
          );
      return existing;
    },
    ensure: (name, attributes) => {
      const existing = queues.get(name);
      return existing ? replace(existing, attributes) : add(name, attributes);
    },
    change: (queue, attributes) => {
      if ('FifoQueue' in attributes)
        throw invalidAttributeValue('FifoQueue', attributes.FifoQueue, 'It cannot change.');
      const merged = Object.entries({ ...queue.attributes, ...attributes });
      // An empty value takes a policy away.
      replace(queue, Object.fromEntries(merged.filter(([, value]) => value !== '')));
    },
    remove: (queue) => {
      erase.run(queue.id);
      queues.delete(queue.name);
    },
    find: (name) => queues.get(name),
    byName: (name) => {
      const queue = queues.get(name);
      if (!queue) throw queueDoesNotExist();
      return queue;
    },
    byUrl: (url) => {
      const [name = '', account] = url.split('/').reverse();
      if (account !== place.accountId) throw queueDoesNotExist();
      return self.byName(name);
    },
    byArn: (arn) => {
      const queue = queues.get(arn.slice(arn.lastIndexOf(':') + 1));
      return queue?.arn === arn ? queue : undefined;
    },
    all: () => [...queues.values()],
    // The SDK takes the address of a queue as its endpoint, so it must carry ours.
    url: (queue) => `${place.endpoint()}/${place.accountId}/${queue.name}`,
  };
  return self;
}
