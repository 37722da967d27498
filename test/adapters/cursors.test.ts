import { afterAll, expect, test } from 'vitest';
import type { Delivery } from '../../lambdas/domain/webhook-delivery.ts';
import { fresh, kinds } from './stores.ts';

const start = kinds.find(([name]) => name === 'DynamoDB')?.[1];
if (!start) throw new Error('No stores over DynamoDB.');
const { deliveries, stop } = await start();
afterAll(stop);

/** A tenant with 51 deliveries: one page and one more. */
async function withDeliveries(): Promise<string> {
  const tenantId = fresh('tn');
  for (let n = 0; n < 51; n++) {
    const eventId = fresh('evt');
    const event = {
      eventId,
      contract: 'submission',
      type: 'credits.low',
      tenantId,
      mode: 'live',
      subject: 'vf_1',
      occurredAt: 1,
    } as const;
    const delivery: Delivery = {
      deliveryId: eventId,
      event,
      url: 'u',
      status: 'delivered',
      attempts: [],
      createdAt: 1000 + n,
    };
    await deliveries.open(delivery);
  }
  return tenantId;
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

test('C-01 a cursor that is made up, or another tenant’s, shows one’s own first page', async () => {
  const [mine, other] = [await withDeliveries(), await withDeliveries()];
  const list = (cursor?: string, filter = {}) => deliveries.list(mine, 'live', filter, cursor);
  const first = await list();
  const own = JSON.parse(Buffer.from(first.cursor ?? '', 'base64url').toString()) as Record<string, string>;
  const forged = [
    (await deliveries.list(other, 'live', {})).cursor,
    'x',
    '!',
    encode(null),
    encode('text'),
    encode([]),
    encode({}),
    encode({ ...own, listPk: `${other}#live#deliveries` }),
    encode({ ...own, pk: 5 }),
    encode({ ...own, pk: '' }),
    encode({ ...own, sk: null }),
    encode({ ...own, listSk: '' }),
    encode({ ...own, listSk: 'zzz' }),
    encode({ ...own, listSk: '!' }),
    encode({ listPk: own.listPk }),
  ];
  for (const cursor of forged) expect(await list(cursor)).toEqual(first);
  expect((await list(first.cursor)).items).toHaveLength(1);
  expect((await list(encode({ ...own, extra: 1 }))).items).toHaveLength(1);
});

test('C-01 whatever key a cursor claims, only one’s own deliveries come', async () => {
  const [mine, other] = [await withDeliveries(), await withDeliveries()];
  const first = await deliveries.list(mine, 'live', {});
  const own = JSON.parse(Buffer.from(first.cursor ?? '', 'base64url').toString()) as Record<string, string>;
  const theirs = (await deliveries.list(other, 'live', {})).items[0]?.deliveryId;
  const page = await deliveries.list(mine, 'live', {}, encode({ ...own, pk: `${other}#live#${theirs}` }));
  expect(page.items.every(({ event }) => event.tenantId === mine)).toBe(true);
});

test('S-07 a cursor of another time range starts that range anew', async () => {
  const mine = await withDeliveries();
  const { cursor = '' } = await deliveries.list(mine, 'live', {});
  const range = { since: 1010, until: 1020 };
  expect(await deliveries.list(mine, 'live', range, cursor)).toEqual(await deliveries.list(mine, 'live', range));
});
