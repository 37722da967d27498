import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../support/run-command.ts';
import { type Answers, StubService } from '../support/stub-service.ts';

const stub = new StubService();
let url = '';
let folder = '';
let pictures: string[] = [];
const verificationId = 'vf_AG07CDWRRFQV4T05ZXG2';
const submittedAt = '2026-11-20T13:00:00.000Z';

beforeAll(async () => {
  url = await stub.start();
  folder = mkdtempSync(join(tmpdir(), 'selfsame-cli-'));
  pictures = ['selfie', 'document', 'impostor'].flatMap((name) => {
    writeFileSync(join(folder, name), `bytes of ${name}`);
    return [`--${name}`, join(folder, name)];
  });
});
afterAll(async () => {
  await stub.stop();
  rmSync(folder, { recursive: true });
});

const environment = () => ({ SELFSAME_DATA: '/nowhere', SELFSAME_URL: url, SELFSAME_KEY: 'sk_test_mine' });

const upload = (slot: string) => ({
  ...{ key: `k/${slot}`, url: `${url}/upload/${slot}`, method: 'PUT', headers: { 'content-type': 'image/jpeg' } },
  post: { url, fields: {} },
});
const completed = (verdict: string, match: number) => ({
  ...{ verificationId, status: 'completed', submittedAt, completedAt: '2026-11-20T13:00:01.250Z' },
  ...{ verdict, confidence: match, flags: verdict === 'approved' ? [] : ['face_mismatch'], models: {}, metadata: {} },
  signals: [
    { name: 'face_match', score: match, threshold: 80, passed: match >= 80, reason: 'As measured.' },
    { name: 'liveness', score: null, threshold: 55, passed: false, reason: 'No model.' },
  ],
});

/** A service that takes what it is given; its verdicts are those named, in turn. */
const judging = (...verdicts: readonly (readonly [string, number])[]): Answers => {
  let judged = 0;
  return {
    initVerification: () => ({
      body: {
        ...{ verificationId, expiresAt: 1_800_000_000 },
        uploads: { docFront: upload('docFront'), docBack: upload('docBack'), selfie: upload('selfie') },
      },
    }),
    submitVerification: () => ({ status: 202, body: { verificationId, status: 'queued', statusUrl: url } }),
    readVerification: (_, before) => {
      if (before === 0) {
        const body = { error: 'rate_limited', message: 'Slowly.', requestId: 'req_1' };
        return { status: 429, headers: { 'retry-after': '0' }, body };
      }
      if (before === 1) return { body: { verificationId, status: 'processing', submittedAt } };
      const [verdict, match] = verdicts[judged++] ?? ['review', 0];
      return { body: completed(verdict, match) };
    },
  };
};

describe('selfsame demo', () => {
  it('runs both applicants from init to verdict, with the pictures given, and tells every signal', async () => {
    stub.expect(judging(['approved', 94], ['rejected', 12]));
    const { code, stdout, stderr } = await runCommand(['demo', ...pictures], environment());
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/The holder of the document .* 1250 ms from submit to verdict/);
    expect(stdout).toMatch(/^face_match +94 +80 +yes +As measured\.$/m);
    expect(stdout).toMatch(/^liveness +unavailable +55 +no +No model\.$/m);
    expect(stdout).toMatch(/^rejected, confidence 12; flags: face_mismatch$/m);

    const uploads = stub.calls.filter(({ operation }) => operation === 'upload');
    const told = uploads.map(({ params, body, key }) => [params.slot, params.type, String(body), key]).sort();
    expect(told).toEqual([
      ['docFront', 'image/jpeg', 'bytes of document', undefined],
      ['docFront', 'image/jpeg', 'bytes of document', undefined],
      ['selfie', 'image/jpeg', 'bytes of impostor', undefined],
      ['selfie', 'image/jpeg', 'bytes of selfie', undefined],
    ]);
    const submitted = stub.calls.filter(({ operation }) => operation === 'submitVerification');
    expect(submitted).toHaveLength(2);
    expect(submitted[0]).toMatchObject({
      key: 'sk_test_mine',
      body: { verificationId, keys: { docFront: 'k/docFront', selfie: 'k/selfie' } },
    });
  });

  it('fails where the impostor is approved', async () => {
    stub.expect(judging(['approved', 94], ['approved', 91]));
    const { code, stdout } = await runCommand(['demo', '--json', ...pictures], environment());
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      asExpected: false,
      verifications: [
        { case: 'genuine', verdict: 'approved', ms: 1250 },
        { case: 'impostor', verdict: 'approved', signals: [{ name: 'face_match' }, { name: 'liveness', score: null }] },
      ],
    });
  });

  it('gives up in time, and says where to look later', async () => {
    stub.expect({
      ...judging(),
      readVerification: () => ({ body: { verificationId, status: 'processing', submittedAt } }),
    });
    const { code, stderr } = await runCommand(['demo', '--timeout', '0.2', ...pictures], environment());
    expect(code).toBe(1);
    expect(stderr).toBe(
      `selfsame: No verdict after 0.2 s. Look later: selfsame verifications show ${verificationId}\n`,
    );
  });
});

describe('selfsame trigger', () => {
  it('says which event came out, and how its webhook fared, though another was asked for', async () => {
    const delivery = {
      ...{ deliveryId: 'evt_1', verificationId, event: 'verification.rejected', url: 'https://a.example/h' },
      ...{ status: 'pending', createdAt: submittedAt },
      attempts: [{ at: submittedAt, durationMs: 9, status: 503 }],
    };
    stub.expect({
      ...judging(['rejected', 12]),
      // Nothing yet, then opened, then tried.
      listDeliveries: (_, before) => ({
        body: { deliveries: before === 0 ? [] : [{ ...delivery, attempts: before === 1 ? [] : delivery.attempts }] },
      }),
    });
    const command = ['trigger', 'verification.approved', '--json', ...pictures];
    const { code, stdout } = await runCommand(command, environment());
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ asked: 'verification.approved', event: 'verification.rejected' },
      delivery: { deliveryId: 'evt_1', attempts: [{ status: 503 }] },
    });
    expect(stub.calls.at(-1)?.query).toEqual({ verificationId });
  });
});

describe('the launcher', () => {
  it('passes a signal on, and tells by its exit code', async () => {
    let asked: () => void = () => {};
    const polled = new Promise<void>((resolve) => {
      asked = resolve;
    });
    stub.expect({
      ...judging(),
      readVerification: () => {
        asked();
        return { body: { verificationId, status: 'processing', submittedAt } };
      },
    });
    const launcher = join(import.meta.dirname, '../../bin/selfsame.js');
    const env = { PATH: process.env.PATH, ...environment() };
    const child = spawn(process.execPath, [launcher, 'demo', ...pictures], { env, stdio: 'ignore' });
    await polled;
    child.kill('SIGTERM');
    expect((await once(child, 'exit'))[0]).toBe(128 + 15);
  });
});
