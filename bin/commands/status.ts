import type { Command } from 'commander';
import { fields, rows } from '../terminal/answer.ts';
import { answering } from './session.ts';

export function addStatus(program: Command): void {
  program
    .command('status')
    .description('is the service ready: dependencies, models')
    .action(
      answering(async ({ api }) => {
        const { status, checks, modelSet, models, missing } = await api.call('ready', { also: 503 });
        const files = [
          ...Object.entries(models).map(([model, sha256]) => [model, sha256.slice(0, 12)]),
          ...Object.entries(missing).map(([model, why]) => [model, `missing: ${why}`]),
        ];
        const parts = [
          fields({ service: api.url, status, modelSet }),
          rows(['dependency', 'state'], Object.entries(checks), 'No dependency was checked.'),
          rows(['model', 'sha-256'], files, 'No models.'),
        ];
        const data = { url: api.url, status, checks, modelSet, models, missing };
        return { data, text: parts.join('\n\n'), exitCode: status === 'ready' ? 0 : 1 };
      }),
    );
}
