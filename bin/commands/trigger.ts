import { setTimeout as wait } from 'node:timers/promises';
import { Argument, type Command } from 'commander';
import type { Delivery } from '../client/replies.ts';
import type { Verified } from '../client/run-verification.ts';
import type { PictureOptions, Role } from '../specimen/applicants.ts';
import { fields } from '../terminal/answer.ts';
import { pictureOptions, verify } from './demo.ts';
import { answering, type Session } from './session.ts';
import { verdictText } from './verdict-text.ts';

/** Which verification comes out as which event, by what the service really finds. */
const roles = {
  'verification.approved': 'genuine',
  'verification.review_required': 'misnamed',
  'verification.rejected': 'impostor',
} as const satisfies Record<string, Role>;
type Event = keyof typeof roles;

const events: Readonly<Record<NonNullable<Verified['verdict']>, Event>> = {
  approved: 'verification.approved',
  review: 'verification.review_required',
  rejected: 'verification.rejected',
};

/** From verdict to first attempt: the event bus, a queue, and an endpoint that may take its time. */
const DELIVERY_MS = 15_000;

/** Whether a webhook can be expected; unknown of other tenants than the default one. */
async function hasEndpoint({ api, connection, asDefaultTenant }: Session): Promise<boolean | undefined> {
  if (!connection.tenant || !asDefaultTenant) return undefined;
  const { settings, webhookDisabledAt } = await api.call('readTenant', { params: { tenantId: connection.tenant.id } });
  return settings.webhookUrl !== undefined && webhookDisabledAt === null;
}

/** The delivery after its first attempt; undefined if none was opened in time. */
async function firstAttempt({ api }: Session, verificationId: string): Promise<Delivery | undefined> {
  const deadline = Date.now() + DELIVERY_MS;
  for (;;) {
    const { deliveries } = await api.call('listDeliveries', { query: { verificationId } });
    const found = deliveries.find(({ event }) => event.startsWith('verification.'));
    if ((found && found.attempts.length > 0) || Date.now() > deadline) return found;
    await wait(300);
  }
}

const deliveryText = (delivery: Delivery | undefined, expected: boolean | undefined): string => {
  if (expected === false)
    return 'No webhook was sent: the tenant has no address. Set one: selfsame tenants update --webhook-url <url>';
  if (!delivery) return `No webhook was sent within ${DELIVERY_MS / 1000} s.`;
  const last = delivery.attempts.at(-1);
  return fields({
    webhook: delivery.deliveryId,
    to: delivery.url,
    status: delivery.status,
    answer: last?.error ?? last?.status ?? 'none yet',
  });
};

export function addTrigger(program: Command): void {
  const trigger = program
    .command('trigger')
    .description('make an event happen by a real verification with a test key, so that its webhook is really sent')
    .addArgument(new Argument('<event>').choices(Object.keys(roles)))
    .option('--impostor <file>', 'photo of another person, for verification.rejected');
  pictureOptions(trigger).action(
    answering(
      async (session, { timeout, ...options }: PictureOptions & { readonly timeout: number }, asked: Event) => {
        const verified = await verify(session, asked, [roles[asked], options], timeout);
        const event = events[verified.verdict ?? 'review'];
        const expected = await hasEndpoint(session);
        const delivery = expected === false ? undefined : await firstAttempt(session, verified.verificationId);
        const verdict = `${verdictText(verified)}\nverification ${verified.verificationId}, ${verified.ms} ms`;
        const came = event === asked ? event : `${event} came out, not ${asked}: this is what the pictures show.`;
        const text = [came, verdict, deliveryText(delivery, expected)].join('\n\n');
        return {
          data: { asked, event, verification: verified, delivery: delivery ?? null },
          text,
          exitCode: event === asked ? 0 : 1,
        };
      },
      { test: true },
    ),
  );
}
