import { expect, test } from 'vitest';
import { runUnderKills } from './kill-run.ts';

test('S-10 X-12 X-22 eight verifications through two kills: all end, each is charged once and announced under one id', {
  timeout: 180_000,
}, async () => {
  const figures = await runUnderKills({
    verifications: 8,
    kills: 2,
    seed: 20_261_120,
    clients: 6,
    // Short waits of the product's own, so that what a kill leaves behind is picked up within the test.
    set: {
      'webhooks.retrySeconds': '1,1,1,2,2,5,5',
      'webhooks.timeoutSeconds': '1',
      'jobs.redriveAfterSeconds': '5',
      'stack.sweepSchedule': 'rate(1 second)',
    },
  });
  const { approved = 0, review = 0, rejected = 0 } = figures.byState;
  expect(approved + review + rejected, JSON.stringify(figures)).toBe(8);
  expect(figures).toMatchObject({
    kills: 2,
    debitedOnce: 8,
    debitedOtherwise: 0,
    refunds: 0,
    balanceIsExact: true,
    announced: 8,
    announcedUnderSeveralIds: 0,
    neverAnnounced: 0,
  });
  expect(figures.lastVerdictMs).toBeLessThan(100_000);
});
