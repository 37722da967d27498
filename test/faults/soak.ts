/**
 * The long form of kill.test.ts: `node test/faults/soak.ts --verifications 200 --kills 10`. Everything but the webhooks' schedule
 * is as an operator has it. Prints a table, and exits 1 where a figure that has one right value has another.
 */
import { parseArgs } from 'node:util';
import { SingleBar } from 'cli-progress';
import Table from 'cli-table3';
import { type KillFigures, runUnderKills } from './kill-run.ts';

const { values } = parseArgs({
  options: {
    verifications: { type: 'string', default: '200' },
    kills: { type: 'string', default: '10' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    clients: { type: 'string', default: '12' },
  },
});
const [verifications = 0, kills = 0, seed = 0, clients = 0] = [
  values.verifications,
  values.kills,
  values.seed,
  values.clients,
].map(Number);

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

function rows(figures: KillFigures): [string, string, boolean][] {
  const { byState } = figures;
  const { approved = 0, review = 0, rejected = 0, failed = 0 } = byState;
  const all = figures.verifications;
  const states = Object.entries(byState).map(([state, count]) => `${state} ${count}`);
  return [
    ['kills', String(figures.kills), figures.kills === kills],
    ['ended, by state', states.join(', '), approved + review + rejected + failed === all],
    ['debited once', String(figures.debitedOnce), figures.debitedOnce === all && figures.debitedOtherwise === 0],
    ['refunds', String(figures.refunds), figures.refunds === failed],
    ['balance is exact', String(figures.balanceIsExact), figures.balanceIsExact],
    ['announced under one id', String(figures.announced), figures.announced === all],
    ['never announced', String(figures.neverAnnounced), figures.neverAnnounced === 0],
    ['webhooks that came again', String(figures.repeatedWebhooks), true],
    ['requests sent again', String(figures.repeatedRequests), true],
    ['last start → last verdict', seconds(figures.lastVerdictMs), figures.lastVerdictMs < 100_000],
    ['last start → last webhook', seconds(figures.lastWebhookMs), true],
    ['in all', seconds(figures.totalMs), true],
  ];
}

console.log(`${verifications} verifications, ${kills} kills, ${clients} clients, --seed ${seed}`);
const bar = new SingleBar({
  format: '{bar} {value}/{total} ended, {kills} kills, {duration_formatted}',
  hideCursor: true,
});
bar.start(verifications, 0, { kills: 0 });
const figures = await runUnderKills({
  verifications,
  kills,
  seed,
  clients,
  set: { 'webhooks.retrySeconds': '1,1,1,2,2,5,5' },
  onProgress: (ended, killed) => bar.update(ended, { kills: killed }),
}).finally(() => bar.stop());
const table = new Table({ head: ['', 'figure', 'right'], style: { head: [], border: [], compact: true } });
for (const [name, figure, right] of rows(figures)) table.push([name, figure, right ? 'yes' : 'NO']);
console.log(table.toString());
process.exitCode = rows(figures).every(([, , right]) => right) ? 0 : 1;
