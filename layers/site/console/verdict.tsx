import { Pill, Time } from './parts.tsx';
import { hrefOf } from './route.ts';
import type { Detail } from './wire.ts';
import { spell, stateWords, type Tone } from './words.ts';

/** What it came to, in a sentence, and by whom: before anything else. */
export function VerdictBanner({ detail }: { detail: Detail }) {
  const { state, confidence, decision, review, flags, reviewable, claim, id } = detail;
  const { label, tone } = stateWords[state];
  return (
    <section class={`verdict ${tone}`} aria-label="Verdict">
      <div class="grow">
        <p class="word">{label}</p>
        <p>{sentenceOf(detail)}</p>
        {review && (
          <blockquote>
            <p>{review.reason}</p>
            <footer class="soft">
              {review.name} <span class="mono">({review.keyHint})</span>, <Time at={review.at} />. The machine had said{' '}
              {decision === 'review' ? 'that a person should look' : decision}
              {confidence !== null && `, at ${confidence}`}.
            </footer>
          </blockquote>
        )}
        {flags.length > 0 && (
          <p class="pills">
            {flags.map((flag) => (
              <Pill key={flag} tone={toneOfFlag(detail, flag)}>
                {spell(flag)}
              </Pill>
            ))}
          </p>
        )}
      </div>
      <div class="end">
        {confidence !== null && (
          <p class="confidence">
            <strong>{confidence}</strong>
            <span class="soft">confidence of 100</span>
          </p>
        )}
        {reviewable && (
          <a class="button" href={hrefOf(['reviews', id])}>
            {claim ? (claim.mine ? 'Go on with your review' : `${claim.name} is looking`) : 'Review'}
          </a>
        )}
      </div>
    </section>
  );
}

/** A finding is as bad as the signal that it comes from. */
const toneOfFlag = ({ signals }: Detail, flag: string): Tone => {
  const of = signals.find(({ flags }) => flags.includes(flag));
  return of?.result === 'failed' ? 'bad' : of?.result === 'passed' ? 'good' : 'wait';
};

function sentenceOf({ state, signals, failure, review }: Detail): string {
  const failed = signals.filter(({ result }) => result === 'failed').length;
  const blind = signals.filter(({ result }) => result === 'unavailable').length;
  const looked = `${signals.length - failed - blind} of ${signals.length} signals passed${failed > 0 ? `, ${failed} failed` : ''}${blind > 0 ? `, ${blind} could not be measured` : ''}.`;
  switch (state) {
    case 'approved':
    case 'rejected':
      return review ? `A person decided it. ${looked}` : looked;
    case 'review':
      return `The machine is not sure enough: a person decides. ${looked}`;
    case 'failed':
      return `It could not be judged (${spell(failure ?? 'unknown')}). A credit that was taken has come back.`;
    case 'created':
      return 'Started; nothing has been submitted yet.';
    case 'submitted':
    case 'processing':
      return 'Submitted; the verdict is on its way.';
    case 'expired':
      return 'Nobody submitted it in time.';
    case 'canceled':
      return 'It was canceled before a verdict.';
    case 'redacted':
      return 'All that says whose it was has been erased.';
  }
}
