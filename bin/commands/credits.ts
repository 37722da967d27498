import { type Command, Option } from 'commander';
import { rows } from '../terminal/answer.ts';
import { readInteger } from './arguments.ts';
import { more, type PageOptions, paged, readPages } from './pages.ts';
import { answering } from './session.ts';

interface OfTenant {
  readonly tenant?: string;
}

const tenantOption = () => new Option('--tenant <id>', 'default: the tenant of the local run');

export function addCredits(program: Command): void {
  const credits = program.command('credits').description('what verifications are paid with');

  credits
    .command('show')
    .description("show the balance of the tenant whose key is in use, or with --tenant an operator's view of any")
    .option('--tenant <id>', 'needs the admin key')
    .action(
      answering(async ({ api }, { tenant }: OfTenant) => {
        const found =
          tenant === undefined
            ? await api.call('readCredits')
            : { balance: (await api.call('readTenant', { params: { tenantId: tenant } })).balance };
        return { data: found, text: `${found.balance} credits` };
      }),
    );

  credits
    .command('grant')
    .argument('<amount>', 'whole number; a negative one takes credits back', readInteger)
    .description('grant credits')
    .requiredOption('--reason <reason>', 'for the ledger')
    .addOption(tenantOption())
    .action(
      answering(async ({ api, tenant }, options: OfTenant & { readonly reason: string }, amount: string) => {
        const params = { tenantId: tenant(options.tenant) };
        const granted = await api.call('grantCredits', { params, body: { amount, reason: options.reason } });
        return { data: granted, text: `${granted.balance} credits now` };
      }),
    );

  paged(credits.command('ledger').description('list grants, debits and refunds, newest first'))
    .addOption(tenantOption())
    .action(
      answering(async ({ api, tenant }, options: OfTenant & PageOptions) => {
        const params = { tenantId: tenant(options.tenant) };
        const page = await readPages(options, 'ledger', (cursor) =>
          api.call('readLedger', { params, query: { cursor } }),
        );
        const columns = ['when', 'type', 'amount', 'balance', 'verification', 'reason'];
        const cells = page.ledger.map((entry) => [
          ...[entry.createdAt, entry.type, entry.amount, entry.balance, entry.verificationId, entry.reason],
        ]);
        const text = rows(columns, cells, 'The ledger is empty.');
        return { data: page, text: `${page.balance} credits\n\n${text}${more(page.cursor)}` };
      }),
    );
}
