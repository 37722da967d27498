import { useRef, useState } from 'preact/hooks';
import type { MessageKey } from '../i18n/en.ts';
import { Screen } from '../screen.tsx';
import { useText } from '../text.tsx';

const terms: readonly (readonly [MessageKey, MessageKey])[] = [
  ['consentWhat', 'consentWhatText'],
  ['consentWhy', 'consentWhyText'],
  ['consentKeep', 'consentKeepText'],
  ['consentChoice', 'consentChoiceText'],
];

interface Props {
  readonly version: string;
  /** The partner's own sentence, if any. */
  readonly note?: string | undefined;
  /** Answers false where it could not be recorded. */
  readonly onAgree: () => Promise<boolean>;
}

export function Consent({ version, note, onAgree }: Props) {
  const { say } = useText();
  const box = useRef<HTMLInputElement>(null);
  const [fault, setFault] = useState<MessageKey>();
  const [busy, setBusy] = useState(false);

  const agree = async (): Promise<void> => {
    if (!box.current?.checked) {
      setFault('consentMissing');
      box.current?.focus();
      return;
    }
    setBusy(true);
    const agreed = await onAgree();
    setFault(agreed ? undefined : navigator.onLine ? 'brokenTitle' : 'offline');
    setBusy(false);
  };

  return (
    <Screen name="consent" title={say('consentTitle')}>
      <p class="lead">{say('consentLead')}</p>
      <dl class="terms">
        {terms.map(([title, text]) => (
          <div key={title}>
            <dt>{say(title)}</dt>
            <dd>{say(text)}</dd>
          </div>
        ))}
      </dl>
      {note && <p>{note}</p>}
      <details>
        <summary>{say('consentMore')}</summary>
        <p class="more">{say('consentMoreText', { version })}</p>
      </details>
      <div class="actions">
        <label class="check">
          <input
            type="checkbox"
            ref={box}
            aria-describedby={fault ? 'consent-fault' : undefined}
            aria-invalid={fault === 'consentMissing'}
            onChange={() => setFault(undefined)}
          />
          <span>{say('consentCheck')}</span>
        </label>
        <p class="fault" id="consent-fault" role="alert">
          {fault && say(fault)}
        </p>
        <button type="button" class="button primary" disabled={busy} onClick={agree}>
          {say('agree')}
        </button>
      </div>
    </Screen>
  );
}
