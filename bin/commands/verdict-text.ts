import type { VerificationReply } from '../../lambdas/contracts/step-up/schemas.ts';
import type { StatusReply } from '../../lambdas/contracts/submission/schemas.ts';
import { fields, rows } from '../terminal/answer.ts';

type Signals = NonNullable<StatusReply['signals'] | VerificationReply['signals']>;

function signalText(signals: Signals): string {
  const cells = signals.map(({ name, score, threshold, passed, reason }) => [
    ...[name, score ?? 'unavailable', threshold, passed ? 'yes' : 'no', reason],
  ]);
  return rows(['signal', 'score', 'threshold', 'passed', 'reason'], cells, 'Nothing was measured.');
}

/** The verdict in one line, and every signal with its words. */
export function verdictText({ verdict, confidence, signals = [], flags = [] }: StatusReply): string {
  const raised = flags.length > 0 ? `; flags: ${flags.join(', ')}` : '';
  const line = `${verdict ?? 'no verdict'}, confidence ${confidence ?? '-'}${raised}`;
  return `${signalText(signals)}\n\n${line}`;
}

/** A step-up: what was asked, every signal with its words, and whether the face was the enrolled one. */
export function stepUpText({ signals, match, score, ...record }: VerificationReply): string {
  const { verification_id, status, user_id, action, amt, asset, live, created_at } = record;
  const head = fields({ verification_id, status, user_id, action, amt, asset, live, created_at });
  const line = `${match ? 'match' : 'no match'}, score ${score ?? '-'}`;
  return `${head}\n\n${signals ? `${signalText(signals)}\n\n` : ''}${line}`;
}
