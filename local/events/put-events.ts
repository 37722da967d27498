import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { AwsError } from '../aws-json.ts';
import type { CloudPlace } from '../service.ts';
import { validation } from './errors.ts';
import { type BusEvent, isoSeconds, type Router } from './router.ts';
import type { Rules } from './rules.ts';

/** Seconds since the epoch, the SDK's form of a time in JSON. */
export const wireTime = z.number();

const entry = z.object({
  Time: wireTime.nullish(),
  Source: z.string().nullish(),
  Resources: z.array(z.string()).nullish(),
  DetailType: z.string().nullish(),
  Detail: z.string().nullish(),
  EventBusName: z.string().nullish(),
  TraceHeader: z.string().nullish(),
});
export const putEventsInput = z.object({ Entries: z.array(entry) });
type Entry = z.output<typeof entry>;

const mostEntries = 10;
/** Bytes of all entries together. */
const largestRequest = 1_048_576;

/** PutEvents API reference, "Calculating Amazon EventBridge PutEvents event entry size". */
function entrySize({ Time, Source, DetailType, Detail, Resources }: Entry): number {
  const texts = [Source, DetailType, Detail, ...(Resources ?? [])];
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text ?? ''), typeof Time === 'number' ? 14 : 0);
}

function required(name: 'Source' | 'DetailType' | 'Detail', value: string | null | undefined): string {
  if (value) return value;
  throw new AwsError('InvalidArgument', `Parameter ${name} is not valid. Reason: ${name} is a required argument.`);
}

function parseDetail(text: string): object {
  try {
    const detail: unknown = JSON.parse(text);
    if (typeof detail === 'object' && detail !== null && !Array.isArray(detail)) return detail;
  } catch {
    // The same answer as for JSON that is no object.
  }
  throw new AwsError('MalformedDetail', 'Detail is malformed.');
}

function toEvent(input: Entry, place: CloudPlace): BusEvent {
  const source = required('Source', input.Source);
  const detailType = required('DetailType', input.DetailType);
  const detail = parseDetail(required('Detail', input.Detail));
  if (source.startsWith('aws.'))
    throw new AwsError('NotAuthorizedForSourceException', 'Not authorized for the source.');
  const time = typeof input.Time === 'number' ? input.Time * 1000 : place.now();
  if (Number.isNaN(new Date(time).getTime())) throw new AwsError('InvalidArgument', 'Parameter Time is not valid.');
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': detailType,
    source,
    account: place.accountId,
    time: isoSeconds(time),
    region: place.region,
    resources: input.Resources ?? [],
    detail,
  };
}

/** PutEvents: entries that are wrong fail alone; the others are durable, with their deliveries, when this returns. */
export function putEvents(
  { Entries }: z.output<typeof putEventsInput>,
  rules: Rules,
  router: Router,
  place: CloudPlace,
) {
  if (Entries.length < 1 || Entries.length > mostEntries)
    throw validation(
      `1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length from 1 to ${mostEntries}`,
    );
  if (Entries.reduce((sum, each) => sum + entrySize(each), 0) > largestRequest)
    throw validation('Total size of the entries in the request is over the limit.');
  const accepted: { bus: string; event: BusEvent }[] = [];
  const results = Entries.map((each) => {
    try {
      const event = toEvent(each, place);
      accepted.push({ bus: rules.busName(each.EventBusName), event });
      return { EventId: event.id };
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return { ErrorCode: error.code, ErrorMessage: error.message };
    }
  });
  router.publish(accepted);
  return { FailedEntryCount: Entries.length - accepted.length, Entries: results };
}
