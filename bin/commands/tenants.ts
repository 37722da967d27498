import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Tenant } from '../client/replies.ts';
import { fields, rows } from '../terminal/answer.ts';
import { UsageError } from '../terminal/command-error.ts';
import { readInteger } from './arguments.ts';
import { more, type PageOptions, paged, readPages } from './pages.ts';
import { answering } from './session.ts';

interface Change {
  readonly name?: string;
  readonly plan?: string;
  readonly set: Readonly<Record<string, unknown>>;
  readonly webhookUrl?: string;
}

const plan = () => new Option('--plan <plan>', 'rate plan').choices(['standard', 'professional', 'enterprise']);

/** `retentionDays=30`, `requireLiveness=false`, `thresholds={"match":0.9}`, `webhookUrl=null`; what is no JSON is text. */
function addSetting(text: string, before: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const equals = text.indexOf('=');
  if (equals < 1) throw new InvalidArgumentError('Expected <name>=<value>.');
  const value = text.slice(equals + 1);
  try {
    return { ...before, [text.slice(0, equals)]: JSON.parse(value) };
  } catch {
    return { ...before, [text.slice(0, equals)]: value };
  }
}

const settable = (command: Command): Command =>
  command
    .addOption(plan())
    .option('--webhook-url <url>', 'where verdicts are announced; the same as --set webhookUrl=<url>')
    .option('--set <name=value>', 'a setting, its value JSON or text; may be repeated', addSetting, {});

const settingsOf = ({ set, webhookUrl }: Change) => ({ ...set, ...(webhookUrl !== undefined && { webhookUrl }) });

const described = ({ settings, ...tenant }: Tenant): string => fields({ ...tenant, ...settings });

export function addTenants(program: Command): void {
  const tenants = program.command('tenants').description('companies that use the service');

  paged(tenants.command('list').description('list tenants, newest first')).action(
    answering(async ({ api }, options: PageOptions) => {
      const page = await readPages(options, 'tenants', (cursor) => api.call('listTenants', { query: { cursor } }));
      const columns = ['tenant', 'name', 'plan', 'status', 'created'];
      const cells = page.tenants.map((one) => [one.tenantId, one.name, one.plan, one.status, one.createdAt]);
      return { data: page, text: rows(columns, cells, 'There are no tenants.') + more(page.cursor) };
    }),
  );

  settable(
    tenants
      .command('create')
      .description('create a tenant; its keys and secrets are shown this once')
      .requiredOption('--name <name>', 'name of the company')
      .option('--credits <amount>', 'credits to begin with', readInteger),
  ).action(
    answering(async ({ api }, { name, plan, credits, ...rest }: Change & { readonly credits?: number }) => {
      const body = { name, plan, credits, settings: settingsOf(rest) };
      const created = await api.call('createTenant', { body });
      const { keys, signingSecret, webhookSecret, ...tenant } = created;
      const shown = fields({ ...keys, signingSecret, webhookSecret });
      return { data: created, text: `${described(tenant)}\n\nKept by nobody but you; shown this once:\n${shown}` };
    }),
  );

  tenants
    .command('show')
    .argument('[tenant]', 'id; default: the tenant of the local run')
    .description('show a tenant, its balance and its settings')
    .action(
      answering(async ({ api, tenant }, _options: object, id?: string) => {
        const found = await api.call('readTenant', { params: { tenantId: tenant(id) } });
        return { data: found, text: described(found) };
      }),
    );

  settable(
    tenants
      .command('update')
      .argument('[tenant]', 'id; default: the tenant of the local run')
      .description('change a tenant; a setting of null goes back to its default')
      .option('--name <name>', 'name of the company')
      .addOption(new Option('--status <status>', 'a disabled tenant is refused').choices(['active', 'disabled'])),
  ).action(
    answering(async ({ api, tenant }, options: Change & { readonly status?: string }, id?: string) => {
      const { name, plan, status } = options;
      const settings = settingsOf(options);
      const changed = Object.keys(settings).length > 0;
      if (!changed && name === undefined && plan === undefined && status === undefined)
        throw new UsageError('Nothing to change: give --name, --plan, --status, --webhook-url or --set.');
      const body = { name, plan, status, ...(changed && { settings }) };
      const updated = await api.call('updateTenant', { params: { tenantId: tenant(id) }, body });
      return { data: updated, text: described(updated) };
    }),
  );
}
