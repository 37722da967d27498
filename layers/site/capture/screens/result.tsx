import type { MessageKey } from '../i18n/en.ts';
import type { IconName } from '../icons.tsx';
import { reasonKeys } from '../reasons.ts';
import { Told } from '../screen.tsx';
import { useText } from '../text.tsx';
import type { Result, Status } from '../wire.ts';

interface Words {
  readonly title: MessageKey;
  readonly text: MessageKey;
  readonly sign: IconName;
  readonly tone: 'good' | 'bad' | 'wait' | 'calm';
}

const ofStatus: Readonly<Record<Status, Words>> = {
  verified: { title: 'verifiedTitle', text: 'verifiedText', sign: 'check', tone: 'good' },
  needs_review: { title: 'personTitle', text: 'personText', sign: 'eye', tone: 'calm' },
  rejected: { title: 'rejectedTitle', text: 'rejectedText', sign: 'cross', tone: 'bad' },
};

const Reasons = ({ codes }: { readonly codes: readonly string[] }) => {
  const { say } = useText();
  const keys = reasonKeys(codes);
  return keys.length === 0 ? null : (
    <ul class="reasons">
      {keys.map((key) => (
        <li key={key}>{say(key)}</li>
      ))}
    </ul>
  );
};

/** What came of it, why, and the way back to the partner. */
export function ResultScreen({ result }: { readonly result: Result }) {
  const { say } = useText();
  const { title, text, sign, tone } = ofStatus[result.status];
  const address = result.redirect_url;
  const actions = address && (
    <button type="button" class="button primary" onClick={() => location.assign(address)}>
      {say('returnTo')}
    </button>
  );
  return (
    <Told
      name={`result-${result.status}`}
      title={say(title)}
      text={say(text)}
      sign={sign}
      tone={tone}
      actions={actions}
    >
      {result.status !== 'verified' && <Reasons codes={result.reasons} />}
      {!address && <p class="lead">{say('closePage')}</p>}
    </Told>
  );
}

interface RetryProps {
  readonly reasons: readonly string[];
  readonly attemptsLeft: number;
  readonly onRetry: () => void;
}

/** A try that can be made again: what was wrong, and how often it may be. */
export function Retry({ reasons, attemptsLeft, onRetry }: RetryProps) {
  const { say } = useText();
  const actions = (
    <button type="button" class="button primary" onClick={onRetry}>
      {say('tryAgain')}
    </button>
  );
  return (
    <Told name="retry" title={say('retryTitle')} text={say('retryText')} sign="retry" tone="wait" actions={actions}>
      <Reasons codes={reasons} />
      <p class="lead">{say('attemptsLeft', { n: attemptsLeft })}</p>
    </Told>
  );
}

/** Ways for a session to be over without a result of its own. */
export type Ending = 'expired' | 'used_up' | 'done' | 'broken';

const ofEnding: Readonly<Record<Ending, Words>> = {
  expired: { title: 'expiredTitle', text: 'expiredText', sign: 'clock', tone: 'wait' },
  used_up: { title: 'usedUpTitle', text: 'usedUpText', sign: 'cross', tone: 'bad' },
  done: { title: 'doneTitle', text: 'doneText', sign: 'check', tone: 'good' },
  broken: { title: 'brokenTitle', text: 'brokenText', sign: 'retry', tone: 'wait' },
};

export function EndingScreen({
  ending,
  onAgain,
}: {
  readonly ending: Ending;
  readonly onAgain?: (() => void) | undefined;
}) {
  const { say } = useText();
  const { title, text, sign, tone } = ofEnding[ending];
  const actions = onAgain && (
    <button type="button" class="button primary" onClick={onAgain}>
      {say('tryAgain')}
    </button>
  );
  return <Told name={ending} title={say(title)} text={say(text)} sign={sign} tone={tone} actions={actions} />;
}
