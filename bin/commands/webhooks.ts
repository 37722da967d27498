import { type Command, Option } from 'commander';
import type { Delivery } from '../client/replies.ts';
import { fields, rows } from '../terminal/answer.ts';
import { readMoment } from './arguments.ts';
import { more, type PageOptions, paged, readPages } from './pages.ts';
import { answering } from './session.ts';

interface Filter extends PageOptions {
  readonly verification?: string;
  readonly status?: string;
}

interface Range {
  readonly since: string | number;
  readonly until: string | number;
}

const outcome = ({ attempts }: Delivery): string => {
  const last = attempts.at(-1);
  return last ? String(last.error ?? last.status ?? '-') : '-';
};

function described({ attempts, ...delivery }: Delivery): string {
  const cells = attempts.map(({ at, durationMs, status, error }) => [at, `${durationMs} ms`, status, error]);
  return `${fields(delivery)}\n\n${rows(['attempt', 'took', 'status', 'error'], cells, 'No attempt yet.')}`;
}

export function addWebhooks(program: Command): void {
  const webhooks = program.command('webhooks').description("a tenant's webhooks (its secret key is used)");

  paged(webhooks.command('deliveries').description('list deliveries, newest first'))
    .option('--verification <id>', 'of one verification')
    .addOption(new Option('--status <status>', 'in one state').choices(['pending', 'delivered', 'failed']))
    .action(
      answering(async ({ api }, { verification, status, ...options }: Filter) => {
        const page = await readPages(options, 'deliveries', (cursor) =>
          api.call('listDeliveries', { query: { verificationId: verification, status, cursor } }),
        );
        const columns = ['delivery', 'event', 'verification', 'status', 'attempts', 'last', 'created'];
        const cells = page.deliveries.map((one) => [
          ...[
            one.deliveryId,
            one.event,
            one.verificationId,
            one.status,
            one.attempts.length,
            outcome(one),
            one.createdAt,
          ],
        ]);
        return { data: page, text: rows(columns, cells, 'There are no deliveries.') + more(page.cursor) };
      }),
    );

  webhooks
    .command('show')
    .argument('<deliveryId>')
    .description('show a delivery with its attempts')
    .action(
      answering(async ({ api }, _options: object, deliveryId: string) => {
        const found = await api.call('readDelivery', { params: { deliveryId } });
        return { data: found, text: described(found) };
      }),
    );

  webhooks
    .command('replay')
    .argument('<deliveryId>')
    .description('send a delivery again, under its id')
    .action(
      answering(async ({ api }, _options: object, deliveryId: string) => {
        const queued = await api.call('replayDelivery', { params: { deliveryId } });
        return { data: queued, text: `${queued.deliveryId} is sent again.` };
      }),
    );

  webhooks
    .command('replay-range')
    .description('send every delivery again that was opened in a time range')
    .requiredOption('--since <moment>', 'ISO 8601 or Unix seconds', readMoment)
    .requiredOption('--until <moment>', 'ISO 8601 or Unix seconds, excluded', readMoment)
    .action(
      answering(async ({ api }, { since, until }: Range) => {
        const queued = await api.call('replayDeliveries', { body: { since, until } });
        return { data: queued, text: `Sent again: ${queued.replayed}` };
      }),
    );

  webhooks
    .command('rotate-secret')
    .description('make a new webhook secret, shown this once; the old one signs beside it for a day')
    .action(
      answering(async ({ api }) => {
        const rotated = await api.call('rotateWebhookSecret');
        return { data: rotated, text: `${fields(rotated)}\n\nThe secret is shown this once.` };
      }),
    );
}
