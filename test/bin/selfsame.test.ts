import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../support/run-command.ts';
import { StubService } from '../support/stub-service.ts';

const stub = new StubService();
let url = '';
let data = '';
const adminKey = 'admin_of-the-local-run';
const keys = { pkLive: 'pk_live_x', skLive: 'sk_live_x', pkTest: 'pk_test_x', skTest: 'sk_test_x' };

beforeAll(async () => {
  url = await stub.start();
  data = mkdtempSync(join(tmpdir(), 'selfsame-cli-'));
  const tenant = { id: 'tn_local', keys, signingSecret: 'sgn_x', webhookSecret: 'whsec_x' };
  writeFileSync(join(data, 'local.json'), JSON.stringify({ url, adminKey, tenant, pid: 1 }));
});
afterAll(async () => {
  await stub.stop();
  rmSync(data, { recursive: true });
});

const locally = (...args: string[]) => runCommand(args, { SELFSAME_DATA: data });

const tenant = {
  ...{ tenantId: 'tn_local', name: 'Acme', plan: 'standard', status: 'active', balance: 7 },
  ...{ settings: { retentionDays: 12 }, webhookDisabledAt: null, createdAt: '2026-11-20T13:00:00.000Z' },
};

describe('finding the service', () => {
  it('S-12 finds a local run by local.json, whatever the environment says, and prints one JSON document', async () => {
    stub.expect({ listTenants: () => ({ body: { tenants: [tenant] } }) });
    const environment = { SELFSAME_DATA: data, SELFSAME_URL: 'http://127.0.0.1:1', SELFSAME_ADMIN_KEY: 'other' };
    const { code, stdout, stderr } = await runCommand(['tenants', 'list', '--json'], environment);
    expect([code, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toEqual({ tenants: [tenant] });
    expect(stub.calls[0]?.key).toBe(adminKey);
  });

  it('S-12 else uses SELFSAME_URL and SELFSAME_ADMIN_KEY', async () => {
    stub.expect({ readTenant: () => ({ body: tenant }) });
    const environment = { SELFSAME_DATA: '/nowhere', SELFSAME_URL: `${url}/`, SELFSAME_ADMIN_KEY: 'of-operator' };
    const { code, stdout } = await runCommand(['tenants', 'show', 'tn_far'], environment);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^name +Acme$/m);
    expect(stdout).toMatch(/^retentionDays +12$/m);
    expect(stub.calls[0]).toMatchObject({ key: 'of-operator', params: { tenantId: 'tn_far' } });
  });

  it.each([
    ['nothing is known', [], { SELFSAME_DATA: '/nowhere' }, /npm start.*SELFSAME_URL/],
    [
      'nothing answers',
      ['--url', 'http://127.0.0.1:59999'],
      {},
      /Nothing answers at http:\/\/127.0.0.1:59999.*npm start/,
    ],
    ['the address is none', ['--url', 'id.example'], {}, /--url must be an address/],
    ['there is no key', ['--url', 'http://127.0.0.1:59999', 'x'], {}, /SELFSAME_ADMIN_KEY/],
    ['the key is none', ['--url', 'http://127.0.0.1:59999', 'x'], { SELFSAME_ADMIN_KEY: 'se cret' }, /no key has/],
  ])('says in one line what to do where %s', async (_, [flag, at, needsKey], environment, words) => {
    const where = flag === undefined || at === undefined ? [] : [flag, at];
    const command = needsKey === undefined ? ['status'] : ['tenants', 'list'];
    const { code, stdout, stderr } = await runCommand([...where, ...command], environment);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(words);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).not.toContain('se cret');
  });
});

describe('what is asked and answered', () => {
  it('follows every page with --all', async () => {
    const entry = { id: 'l1', type: 'grant', amount: 5, balance: 5, reason: 'gift', createdAt: tenant.createdAt };
    stub.expect({
      readLedger: ({ query }) =>
        query.cursor === undefined
          ? { body: { balance: 5, ledger: [entry], cursor: 'c2' } }
          : { body: { balance: 5, ledger: [{ ...entry, id: 'l2' }] } },
    });
    const { stdout } = await locally('credits', 'ledger', '--all', '--json');
    expect(JSON.parse(stdout).ledger.map(({ id }: { id: string }) => id)).toEqual(['l1', 'l2']);
    expect(stub.calls.map(({ query }) => query)).toEqual([{}, { cursor: 'c2' }]);
  });

  it('writes settings as they were given: JSON, text, null', async () => {
    stub.expect({ updateTenant: () => ({ body: tenant }) });
    const set = ['retentionDays=30', 'thresholds={"match":0.9}', 'returnUrls=null'].flatMap((one) => ['--set', one]);
    const { code } = await locally('tenants', 'update', ...set, '--webhook-url', 'https://a.example/h');
    expect(code).toBe(0);
    expect(stub.calls[0]?.body).toEqual({
      settings: {
        ...{ retentionDays: 30, thresholds: { match: 0.9 }, returnUrls: null },
        webhookUrl: 'https://a.example/h',
      },
    });
  });

  it("lists deliveries with the tenant's key, the test key on request, and shows nothing a terminal would obey", async () => {
    const delivery = {
      ...{ deliveryId: 'evt_1', verificationId: 'vf_1', event: 'verification.approved', url: 'https://a.example' },
      ...{ status: 'failed', createdAt: tenant.createdAt },
      attempts: [{ at: tenant.createdAt, durationMs: 9, error: 'refused\u001b[2J' }],
    };
    stub.expect({ listDeliveries: () => ({ body: { deliveries: [delivery] } }) });
    const { stdout } = await locally('webhooks', 'deliveries', '--status', 'failed', '--test');
    expect(stub.calls[0]).toMatchObject({ key: keys.skTest, query: { status: 'failed' } });
    expect(stdout).toContain('refused [2J');
    expect(stdout).not.toContain('\u001b');
  });

  it('exits with 1 where the service is not ready, and still says all', async () => {
    const body = {
      ...{ status: 'not_ready', checks: { dynamodb: 'down' }, modelSet: 'a/1' },
      ...{ models: { blazeface: 'ab'.repeat(32) }, missing: { 'minifasnet-v2': 'optional' } },
    };
    stub.expect({ ready: () => ({ status: 503, body }) });
    const { code, stdout } = await locally('status');
    expect(code).toBe(1);
    for (const words of [/dynamodb +down/, /blazeface +abababababab/, /minifasnet-v2 +missing: optional/])
      expect(stdout).toMatch(words);
  });
});

describe('refusals', () => {
  it.each([
    [
      "the platform's problem details",
      { detail: 'Invalid: name.', code: 'invalid_request', request_id: 'req_1', errors: { name: ['Too small'] } },
      'selfsame: Invalid: name. (400 invalid_request, request req_1); name: Too small\n',
    ],
    [
      "the submission contract's shape",
      { error: 'invalid_body', message: 'No.', requestId: 'req_2', detail: { reason: 'doc_front_key_mismatch' } },
      'selfsame: No. (400 invalid_body, doc_front_key_mismatch, request req_2)\n',
    ],
    ['what no one of us wrote', '<html>', 'selfsame: The service answered 400 without saying why (request req_3).\n'],
  ])('are one line on stderr and exit code 1: %s', async (_, body, line) => {
    stub.expect({ revokeKey: () => ({ status: 400, headers: { 'x-request-id': 'req_3' }, body }) });
    expect(await locally('keys', 'revoke', 'key_x', '--json')).toEqual({ code: 1, stdout: '', stderr: line });
  });

  it.each([
    [['trigger', 'verification.lost'], /Allowed choices/],
    [['credits', 'grant', '1.5', '--reason', 'x'], /whole number/],
    [['tenants', 'update'], /Nothing to change/],
    [['demo', '--selfie', 'x.jpg'], /go together/],
    [['tenants', 'lits'], /unknown command/],
  ])('wrong use is exit code 2: %j', async (args, words) => {
    const { code, stdout, stderr } = await locally(...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^selfsame: /);
    expect(stderr).toMatch(words);
  });
});
