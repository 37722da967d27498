import type { DatabaseSync } from 'node:sqlite';
import * as z from 'zod';
import type { CloudPlace } from '../service.ts';
import { alreadyExists, notFound, validation } from './errors.ts';
import { type EventMatcher, parsePattern } from './pattern.ts';
import { parseSchedule } from './schedule.ts';
import { checkTargetInput, ruleTarget } from './target-input.ts';

export const ruleSchema = `
CREATE TABLE IF NOT EXISTS bus (name TEXT PRIMARY KEY, created_at INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS rule (
  bus TEXT NOT NULL REFERENCES bus (name) ON DELETE CASCADE,
  name TEXT NOT NULL,
  definition TEXT NOT NULL,
  PRIMARY KEY (bus, name)
) STRICT;`;

const ruleDefinition = z.object({
  description: z.string().optional(),
  /** JSON text */
  eventPattern: z.string().optional(),
  scheduleExpression: z.string().optional(),
  enabled: z.boolean(),
  targets: z.array(ruleTarget),
});
export type RuleDefinition = z.output<typeof ruleDefinition>;

export interface Rule extends RuleDefinition {
  readonly bus: string;
  readonly name: string;
  readonly arn: string;
  /** Matches nothing where the rule has a schedule only. */
  readonly matches: EventMatcher;
}

export interface Rules {
  readonly buses: () => string[];
  readonly addBus: (name: string) => void;
  /** Bus name from a name or ARN; `default` where none is given. Throws if there is no such bus. */
  readonly busName: (nameOrArn: string | null | undefined) => string;
  readonly busArn: (name: string) => string;
  readonly busCreatedAt: (name: string) => number;
  readonly of: (bus: string) => Rule[];
  readonly find: (bus: string, name: string) => Rule | undefined;
  readonly get: (bus: string, name: string) => Rule;
  readonly put: (bus: string, name: string, definition: RuleDefinition) => Rule;
  readonly remove: (bus: string, name: string) => void;
}

const ruleRow = z.object({ bus: z.string(), name: z.string(), definition: z.string() });
const busRow = z.object({ name: z.string(), created_at: z.number() });
const never: EventMatcher = () => false;

function check(bus: string, definition: RuleDefinition): void {
  const { eventPattern, scheduleExpression, targets } = definition;
  if (eventPattern === undefined && scheduleExpression === undefined)
    throw validation('Parameter(s) EventPattern or ScheduleExpression must be specified.');
  if (scheduleExpression !== undefined) {
    if (bus !== 'default') throw validation('ScheduleExpression is supported only on the default event bus.');
    if (parseSchedule(scheduleExpression).kind === 'at') throw validation('Parameter ScheduleExpression is not valid.');
  }
  const ids = new Set(targets.map(({ Id }) => Id));
  if (ids.size < targets.length) throw validation('Two targets of a rule have the same Id.');
  for (const target of targets) checkTargetInput(target);
}

export function createRules(database: DatabaseSync, place: CloudPlace): Rules {
  const insertBus = database.prepare('INSERT INTO bus VALUES (?, ?)');
  const upsert = database.prepare('INSERT OR REPLACE INTO rule VALUES (?, ?, ?)');
  const erase = database.prepare('DELETE FROM rule WHERE bus = ? AND name = ?');
  const arnOf = (rest: string) => `arn:aws:events:${place.region}:${place.accountId}:${rest}`;

  // This process is the only writer, so memory can answer; patterns are compiled once.
  const buses = new Map<string, { readonly createdAt: number; readonly rules: Map<string, Rule> }>();
  const rulesOf = (bus: string) => {
    const found = buses.get(bus);
    if (!found) throw notFound(`Event bus ${bus}`);
    return found.rules;
  };
  const remember = (bus: string, name: string, definition: RuleDefinition) => {
    const matches = definition.eventPattern === undefined ? never : parsePattern(definition.eventPattern);
    const arn = arnOf(bus === 'default' ? `rule/${name}` : `rule/${bus}/${name}`);
    const rule = { ...definition, bus, name, arn, matches };
    rulesOf(bus).set(name, rule);
    return rule;
  };

  const self: Rules = {
    buses: () => [...buses.keys()],
    addBus: (name) => {
      if (!/^[/.\-_A-Za-z0-9]{1,256}$/.test(name)) throw validation(`Event bus name "${name}" is not valid.`);
      if (buses.has(name)) throw alreadyExists(`Event bus ${name}`);
      insertBus.run(name, place.now());
      buses.set(name, { createdAt: place.now(), rules: new Map() });
    },
    busName: (nameOrArn) => {
      const name = nameOrArn?.startsWith('arn:')
        ? nameOrArn.slice(nameOrArn.indexOf('/') + 1)
        : (nameOrArn ?? 'default');
      rulesOf(name);
      return name;
    },
    busArn: (name) => arnOf(`event-bus/${name}`),
    busCreatedAt: (name) => buses.get(name)?.createdAt ?? 0,
    of: (bus) => [...rulesOf(bus).values()],
    find: (bus, name) => rulesOf(bus).get(name),
    get: (bus, name) => {
      const rule = rulesOf(bus).get(name);
      if (!rule) throw notFound(`Rule ${name}`);
      return rule;
    },
    put: (bus, name, definition) => {
      if (!/^[.\-_A-Za-z0-9]{1,64}$/.test(name)) throw validation(`Rule name "${name}" is not valid.`);
      check(bus, definition);
      const rule = remember(bus, name, definition);
      upsert.run(bus, name, JSON.stringify(definition));
      return rule;
    },
    remove: (bus, name) => {
      erase.run(bus, name);
      rulesOf(bus).delete(name);
    },
  };

  for (const row of z.array(busRow).parse(database.prepare('SELECT * FROM bus').all()))
    buses.set(row.name, { createdAt: row.created_at, rules: new Map() });
  if (!buses.has('default')) self.addBus('default');
  for (const row of z.array(ruleRow).parse(database.prepare('SELECT * FROM rule').all()))
    remember(row.bus, row.name, ruleDefinition.parse(JSON.parse(row.definition)));
  return self;
}
