import type { StatusReply } from '../../lambdas/contracts/submission/schemas.ts';
import { rows } from '../terminal/answer.ts';

/** The verdict in one line, and every signal with its words. */
export function verdictText({ verdict, confidence, signals = [], flags = [] }: StatusReply): string {
  const cells = signals.map(({ name, score, threshold, passed, reason }) => [
    ...[name, score ?? 'unavailable', threshold, passed ? 'yes' : 'no', reason],
  ]);
  const raised = flags.length > 0 ? `; flags: ${flags.join(', ')}` : '';
  const line = `${verdict ?? 'no verdict'}, confidence ${confidence ?? '-'}${raised}`;
  return `${rows(['signal', 'score', 'threshold', 'passed', 'reason'], cells, 'Nothing was measured.')}\n\n${line}`;
}
