import { type Command, Option } from 'commander';
import { fields, rows } from '../terminal/answer.ts';
import { readMoment } from './arguments.ts';
import { answering } from './session.ts';

interface NewKey {
  readonly type: string;
  readonly mode: string;
  readonly origin?: readonly string[];
  readonly expires?: string | number;
  readonly tenant?: string;
}

const tenantOption = () => new Option('--tenant <id>', 'default: the tenant of the local run');

export function addKeys(program: Command): void {
  const keys = program.command('keys').description("a tenant's API keys");

  keys
    .command('list')
    .description('list keys; only their ends are known')
    .addOption(tenantOption())
    .action(
      answering(async ({ api, tenant }, options: { readonly tenant?: string }) => {
        const found = await api.call('listKeys', { params: { tenantId: tenant(options.tenant) } });
        const cells = found.keys.map((key) => [
          ...[key.keyId, key.type, key.mode, key.hint],
          ...[key.origins.join(' ') || 'any', key.createdAt, key.expiresAt, key.revokedAt, key.lastUsedAt],
        ]);
        const columns = ['id', 'type', 'mode', 'key', 'origins', 'created', 'expires', 'revoked', 'last used'];
        return { data: found, text: rows(columns, cells, 'There are no keys.') };
      }),
    );

  keys
    .command('create')
    .description('create a key, shown this once')
    .addOption(new Option('--type <type>', 'secret for servers').choices(['secret', 'publishable']).default('secret'))
    .addOption(new Option('--mode <mode>', 'test keys cost nothing').choices(['live', 'test']).default('live'))
    .option('--origin <origin...>', 'pages that may use it, such as https://shop.example')
    .option('--expires <moment>', 'ISO 8601 or Unix seconds', readMoment)
    .addOption(tenantOption())
    .action(
      answering(async ({ api, tenant }, { type, mode, origin, expires, ...options }: NewKey) => {
        const body = { type, mode, origins: origin, expiresAt: expires };
        const created = await api.call('createKey', { params: { tenantId: tenant(options.tenant) }, body });
        return { data: created, text: `${fields(created)}\n\nThe key is shown this once.` };
      }),
    );

  keys
    .command('revoke')
    .argument('<keyId>', 'id of the key, not the key')
    .description('revoke a key at once')
    .action(
      answering(async ({ api }, _options: object, keyId: string) => {
        const revoked = await api.call('revokeKey', { params: { keyId } });
        return { data: revoked, text: `${revoked.keyId} is revoked.` };
      }),
    );
}
