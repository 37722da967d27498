import { type Command, Option } from 'commander';
import { fields, rows } from '../terminal/answer.ts';
import { more, type PageOptions, paged, readPages } from './pages.ts';
import { answering } from './session.ts';
import { stepUpText, verdictText } from './verdict-text.ts';

interface Filter extends PageOptions {
  readonly tenant?: string;
  readonly test?: true;
}

export function addVerifications(program: Command): void {
  const verifications = program.command('verifications').description('verifications and their verdicts');

  paged(verifications.command('list').description('list verifications of one mode, newest first'))
    .addOption(new Option('--tenant <id>', 'default: the tenant of the local run'))
    .action(
      answering(async ({ api, tenant }, { test, ...options }: Filter) => {
        const params = { tenantId: tenant(options.tenant) };
        const mode = test ? 'test' : 'live';
        const page = await readPages(options, 'verifications', (cursor) =>
          api.call('listVerifications', { params, query: { mode, cursor } }),
        );
        const columns = ['verification', 'contract', 'state', 'confidence', 'flags', 'created', 'completed'];
        const cells = page.verifications.map((one) => [
          ...[one.verificationId, one.contract, one.state, one.confidence, one.flags.join(' ') || undefined],
          ...[one.createdAt, one.completedAt],
        ]);
        const text = rows(columns, cells, `There are no verifications in ${mode} mode.`) + more(page.cursor);
        return { data: page, text };
      }),
    );

  verifications
    .command('show')
    .argument('<verificationId>')
    .description("show a verification with its signals (the tenant's key is used; --test for one of a test key)")
    .action(
      answering(async ({ api }, _options: object, id: string) => {
        if (id.startsWith('ver_')) {
          const found = await api.call('readStepUp', { params: { id } });
          return { data: found, text: stepUpText(found) };
        }
        const found = await api.call('readVerification', { params: { id } });
        const { verificationId, status, submittedAt, completedAt } = found;
        const head = fields({ verificationId, status, submittedAt, completedAt });
        return { data: found, text: found.verdict ? `${head}\n\n${verdictText(found)}` : head };
      }),
    );
}
