import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { SealedSecret, SigningSecret, Tenant } from '../domain/tenant.ts';
import type { TenantRegistry, Tenants } from '../ports/accounts.ts';
import { creditWrites } from './dynamo-credits.ts';
import { keyWrites } from './dynamo-keys.ts';
import { type Item, keys, listPage, listSk, recordOf, type Table, transact } from './dynamo-table.ts';

interface StoredTenant extends Tenant {
  readonly webhookSecrets: readonly SealedSecret[];
  readonly signingSecrets: readonly SigningSecret[];
  readonly templateKey?: string;
}

const secretFields = ['webhookSecrets', 'signingSecrets', 'templateKey'];

const tenantOf = (item: Item | undefined): Tenant | undefined => {
  const record = recordOf<Item>(item);
  return (
    record &&
    (Object.fromEntries(Object.entries(record).filter(([name]) => !secretFields.includes(name))) as unknown as Tenant)
  );
};

export function dynamoTenants(table: Table): Tenants {
  const { client, name } = table;
  const read = async (tenantId: string): Promise<Item | undefined> =>
    (await client.send(new GetCommand({ TableName: name, Key: keys.tenant(tenantId), ConsistentRead: true }))).Item;

  /** `expected`: what a field must be for the write to happen, undefined for absent. */
  const set = async (
    tenantId: string,
    fields: Item,
    remove: readonly string[] = [],
    expected: Item = {},
  ): Promise<Item | undefined> => {
    const all = [...new Set([...Object.keys(fields), ...remove, ...Object.keys(expected)])];
    const conditions = Object.entries(expected).map(([field, value]) =>
      value === undefined ? `attribute_not_exists(#${field})` : `#${field} = :expected_${field}`,
    );
    const values = [
      ...Object.entries(fields).map(([field, value]) => [`:${field}`, value]),
      ...Object.entries(expected).flatMap(([field, value]) =>
        value === undefined ? [] : [[`:expected_${field}`, value]],
      ),
    ];
    const sets = Object.keys(fields).map((field) => `#${field} = :${field}`);
    const parts = [
      sets.length > 0 ? `SET ${sets.join(', ')}` : '',
      remove.length > 0 ? `REMOVE ${remove.map((field) => `#${field}`).join(', ')}` : '',
    ];
    try {
      const { Attributes } = await client.send(
        new UpdateCommand({
          TableName: name,
          Key: keys.tenant(tenantId),
          UpdateExpression: parts.filter((part) => part !== '').join(' '),
          ConditionExpression: ['attribute_exists(pk)', ...conditions].join(' AND '),
          ExpressionAttributeNames: Object.fromEntries(all.map((field) => [`#${field}`, field])),
          ...(values.length > 0 && { ExpressionAttributeValues: Object.fromEntries(values) }),
          ReturnValues: 'ALL_NEW',
        }),
      );
      return Attributes;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return undefined;
      throw error;
    }
  };

  return {
    get: async (tenantId) => tenantOf(await read(tenantId)),

    async update(tenantId, change, enableWebhook = false) {
      const fields = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
      if (Object.keys(fields).length === 0) return tenantOf(await read(tenantId));
      return tenantOf(await set(tenantId, fields, enableWebhook ? ['webhookDisabledAt'] : []));
    },

    async disableWebhook(tenantId, at) {
      await set(tenantId, { webhookDisabledAt: at });
    },

    async list(cursor) {
      const page = await listPage(table, 'tenants', cursor ? { cursor } : {});
      return { ...page, items: page.items.map((item) => tenantOf(item) as Tenant) };
    },

    async webhookSecrets(tenantId) {
      return ((await read(tenantId)) as StoredTenant | undefined)?.webhookSecrets ?? [];
    },

    async rotateWebhookSecret(tenantId, secret, oldUntil) {
      const current = ((await read(tenantId)) as StoredTenant | undefined)?.webhookSecrets ?? [];
      // One old secret is enough to sign beside the new one: an older one's time is up with this rotation.
      const old = current.slice(0, 1).map((one) => ({ ...one, until: oldUntil }));
      await set(tenantId, { webhookSecrets: [secret, ...old] });
    },

    async signingSecrets(tenantId) {
      return ((await read(tenantId)) as StoredTenant | undefined)?.signingSecrets ?? [];
    },

    async setSigningSecrets(tenantId, before, after) {
      return (await set(tenantId, { signingSecrets: after }, [], { signingSecrets: before })) !== undefined;
    },

    async templateKey(tenantId, proposed) {
      const stored = async () => ((await read(tenantId)) as StoredTenant | undefined)?.templateKey;
      const known = await stored();
      if (known !== undefined) return known;
      const made = await proposed();
      if (await set(tenantId, { templateKey: made }, [], { templateKey: undefined })) return made;
      const winner = await stored();
      if (winner === undefined) throw new Error('A template key for a tenant that is not there.');
      return winner;
    },
  };
}

/** Where tenants are made; it also writes to the key registry, which few functions may. */
export const dynamoTenantRegistry = (table: Table, keysTable: string): TenantRegistry => ({
  async create({ tenant, webhookSecret, signingSecret, keys: first, balance }) {
    const { tenantId, createdAt } = tenant;
    const item = {
      ...tenant,
      ...keys.tenant(tenantId),
      webhookSecrets: [webhookSecret],
      signingSecrets: [signingSecret],
      listPk: 'tenants',
      listSk: listSk(createdAt, tenantId),
    };
    const opening = {
      id: `grant_opening`,
      type: 'grant',
      amount: balance,
      reason: 'opening balance',
      createdAt,
    } as const;
    const refused = await transact(table, [
      { Put: { TableName: table.name, Item: item, ConditionExpression: 'attribute_not_exists(pk)' } },
      ...first.flatMap((key) => keyWrites(table.name, keysTable, key)),
      ...(balance > 0 ? creditWrites(table, tenantId, 0, opening) : []),
    ]);
    if (refused) throw new Error('A tenant id was drawn twice.');
  },
});
