import * as z from 'zod';
import { type Operation, operation } from '../aws-json.ts';
import type { CloudPlace } from '../service.ts';
import type { Archive, Archives } from './archives.ts';
import { alreadyExists, notFound, validation } from './errors.ts';
import { wireTime } from './put-events.ts';
import type { Router } from './router.ts';
import type { Rules } from './rules.ts';

const name = z.string().regex(/^[.\-_A-Za-z0-9]{1,48}$/);
const replayName = z.string().regex(/^[.\-_A-Za-z0-9]{1,64}$/);

/** A replay. It is one transaction here, so it is complete as soon as it has started. Times in seconds. */
interface Replay {
  readonly archive: string;
  readonly from: number;
  readonly to: number;
  readonly destination: { readonly Arn: string; readonly FilterArns?: readonly string[] | null | undefined };
  readonly at: number;
}

/** The operations on archives and replays. */
export function archiveOperations(
  archives: Archives,
  rules: Rules,
  router: Router,
  place: CloudPlace,
): Record<string, Operation> {
  const arn = (of: string) => `arn:aws:events:${place.region}:${place.accountId}:archive/${of}`;
  const replayArn = (of: string) => `arn:aws:events:${place.region}:${place.accountId}:replay/${of}`;
  const replays = new Map<string, Replay>();
  const wire = (archive: Archive) => {
    const { events, bytes } = archives.size(archive.name);
    return {
      ArchiveName: archive.name,
      EventSourceArn: rules.busArn(archive.bus),
      State: 'ENABLED',
      RetentionDays: archive.retentionDays,
      SizeBytes: bytes,
      EventCount: events,
      CreationTime: archive.createdAt / 1000,
    };
  };

  return {
    CreateArchive: operation(
      z.object({
        ArchiveName: name,
        EventSourceArn: z.string(),
        EventPattern: z.string().nullish(),
        RetentionDays: z.number().int().min(0).nullish(),
      }),
      (input) => {
        archives.add({
          name: input.ArchiveName,
          bus: rules.busName(input.EventSourceArn),
          pattern: input.EventPattern ?? '',
          retentionDays: input.RetentionDays ?? 0,
        });
        return { ArchiveArn: arn(input.ArchiveName), State: 'ENABLED', CreationTime: place.now() / 1000 };
      },
    ),
    DescribeArchive: operation(z.object({ ArchiveName: name }), ({ ArchiveName }) => {
      const archive = archives.get(ArchiveName);
      return {
        ...wire(archive),
        ArchiveArn: arn(ArchiveName),
        ...(archive.pattern ? { EventPattern: archive.pattern } : {}),
      };
    }),
    ListArchives: operation(z.object({ NamePrefix: z.string().nullish() }), ({ NamePrefix }) => ({
      Archives: archives
        .all()
        .filter((archive) => archive.name.startsWith(NamePrefix ?? ''))
        .map(wire),
    })),
    DeleteArchive: operation(z.object({ ArchiveName: name }), ({ ArchiveName }) => {
      archives.remove(archives.get(ArchiveName).name);
    }),

    StartReplay: operation(
      z.object({
        ReplayName: replayName,
        EventSourceArn: z.string(),
        EventStartTime: wireTime,
        EventEndTime: wireTime,
        Destination: z.object({ Arn: z.string(), FilterArns: z.array(z.string()).nullish() }),
      }),
      ({ ReplayName, EventSourceArn, EventStartTime, EventEndTime, Destination }) => {
        if (replays.has(ReplayName)) throw alreadyExists(`Replay ${ReplayName}`);
        const archive = archives.get(EventSourceArn.slice(EventSourceArn.lastIndexOf('/') + 1));
        if (rules.busName(Destination.Arn) !== archive.bus)
          throw validation('Parameter Destination.Arn is not valid. Reason: Cross event bus replay is not permitted.');
        if (EventEndTime <= EventStartTime)
          throw validation('Parameter EventEndTime is not valid. Reason: EventStartTime must be before EventEndTime.');
        const events = archives.between(archive.name, EventStartTime * 1000, EventEndTime * 1000);
        router.replay(
          archive.bus,
          events.map((event) => ({ ...event, 'replay-name': ReplayName })),
          Destination.FilterArns ?? [],
        );
        const at = place.now() / 1000;
        replays.set(ReplayName, {
          archive: archive.name,
          from: EventStartTime,
          to: EventEndTime,
          destination: Destination,
          at,
        });
        return { ReplayArn: replayArn(ReplayName), State: 'STARTING', ReplayStartTime: at };
      },
    ),
    DescribeReplay: operation(z.object({ ReplayName: replayName }), ({ ReplayName }) => {
      const replay = replays.get(ReplayName);
      if (!replay) throw notFound(`Replay ${ReplayName}`);
      return {
        ReplayName,
        ReplayArn: replayArn(ReplayName),
        State: 'COMPLETED',
        EventSourceArn: arn(replay.archive),
        Destination: replay.destination,
        EventStartTime: replay.from,
        EventEndTime: replay.to,
        EventLastReplayedTime: replay.to,
        ReplayStartTime: replay.at,
        ReplayEndTime: replay.at,
      };
    }),
  };
}
