import type { Command } from 'commander';
import { rows } from '../terminal/answer.ts';
import { answering } from './session.ts';

export function addDeadLetters(program: Command): void {
  const deadLetters = program.command('dead-letters').description('what no worker could handle');

  deadLetters
    .command('list')
    .description('list dead letters')
    .action(
      answering(async ({ api }) => {
        const found = await api.call('listDeadLetters');
        const cells = found.deadLetters.map(({ id, queue, receivedAt, body }) => [id, queue, receivedAt, body]);
        return { data: found, text: rows(['id', 'queue', 'received', 'message'], cells, 'There are none.') };
      }),
    );

  deadLetters
    .command('redrive')
    .argument('<id>', 'id of a dead letter')
    .description('send a dead letter back to its queue')
    .action(
      answering(async ({ api }, _options: object, id: string) => {
        const sent = await api.call('redriveDeadLetter', { params: { id } });
        return { data: sent, text: `${sent.id} is in its queue again.` };
      }),
    );
}
