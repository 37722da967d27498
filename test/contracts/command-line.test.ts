import { expect, inject, test } from 'vitest';
import { runCommand } from '../support/run-command.ts';
import { startReceiver } from '../support/webhook-receiver.ts';

const locally = (...args: string[]) => runCommand([...args, '--json'], { SELFSAME_DATA: inject('service').data });

test('S-12 the demo against the running service: the holder is not rejected, the impostor is, each with every signal', async () => {
  const { code, stdout, stderr } = await locally('demo');
  expect([code, stderr]).toEqual([0, '']);
  const { verifications } = JSON.parse(stdout);
  expect(verifications).toMatchObject([
    { case: 'genuine', verdict: expect.stringMatching(/^(approved|review)$/) },
    { case: 'impostor', verdict: 'rejected', flags: expect.arrayContaining(['face_mismatch']) },
  ]);
  for (const { signals, ms } of verifications) {
    expect(signals.map(({ name }: { name: string }) => name)).toEqual(
      expect.arrayContaining(['face_match', 'liveness', 'document_readable', 'mrz_check_digits', 'name_match']),
    );
    expect(ms).toBeGreaterThan(0);
  }
});

test('S-12 a triggered event is a real one: its webhook arrives', async () => {
  await using receiver = await startReceiver();
  await locally('tenants', 'update', '--webhook-url', receiver.url);
  const { code, stdout } = await locally('trigger', 'verification.rejected');
  await locally('tenants', 'update', '--set', 'webhookUrl=null');
  expect(code).toBe(0);
  const { verification, delivery } = JSON.parse(stdout);
  expect(delivery).toMatchObject({ status: 'delivered', event: 'verification.rejected' });
  // Other tests use the default tenant as well.
  const mine = receiver.received.filter(({ body }) => body.verificationId === verification.verificationId);
  expect(mine.map(({ body }) => body)).toMatchObject([{ event: 'verification.rejected', verdict: 'rejected' }]);
});
