import { useEffect, useRef, useState } from 'preact/hooks';

interface DecisionFormProps {
  readonly busy: boolean;
  readonly decide: (decision: 'approved' | 'rejected', reason: string) => void;
  readonly release: () => void;
}

const choices = [
  { value: 'approved', label: 'Approve', told: 'It is the same, living person, and the document is good.' },
  { value: 'rejected', label: 'Reject', told: 'It is not, or it cannot be shown.' },
] as const;

/** Yes or no, and why. Arrow keys choose, Ctrl+Enter sends: nobody needs a mouse for a hundred of these. */
export function DecisionForm({ busy, decide, release }: DecisionFormProps) {
  const [decision, setDecision] = useState<'approved' | 'rejected'>();
  const [reason, setReason] = useState('');
  const [missing, setMissing] = useState<string>();
  const first = useRef<HTMLInputElement>(null);
  const text = useRef<HTMLTextAreaElement>(null);
  useEffect(() => first.current?.focus(), []);

  const submit = (event: Event) => {
    event.preventDefault();
    if (busy) return;
    if (!decision) {
      setMissing('Choose whether you approve or reject it.');
      first.current?.focus();
    } else if (reason.trim() === '') {
      setMissing('Say why, in a few words.');
      text.current?.focus();
    } else {
      setMissing(undefined);
      decide(decision, reason.trim());
    }
  };
  const keys = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit(event);
  };
  return (
    <form class="decision" onSubmit={submit} onKeyDown={keys} noValidate>
      <fieldset>
        <legend class="hidden">Decision</legend>
        {choices.map(({ value, label, told }, at) => (
          <label key={value} class={`choice ${value === 'approved' ? 'good' : 'bad'}`}>
            <input
              ref={at === 0 ? first : null}
              type="radio"
              name="decision"
              value={value}
              checked={decision === value}
              onChange={() => setDecision(value)}
            />
            <span>
              <strong>{label}</strong>
              <span class="soft">{told}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <label>
        Reason
        <textarea
          ref={text}
          name="reason"
          rows={4}
          maxLength={2000}
          value={reason}
          required
          aria-describedby="decision-missing"
          onInput={(event) => setReason(event.currentTarget.value)}
        />
        <span class="soft">Kept with your name, and shown to whoever asks later.</span>
      </label>
      <p id="decision-missing" class="failed" role="alert">
        {missing}
      </p>
      <div class="line">
        <button
          type="submit"
          class={`grow ${decision === 'approved' ? 'good' : decision === 'rejected' ? 'bad' : ''}`}
          disabled={busy}
        >
          {busy ? 'Saving…' : decision === 'rejected' ? 'Reject' : decision === 'approved' ? 'Approve' : 'Decide'}
        </button>
        <button type="button" class="quiet" disabled={busy} onClick={release}>
          Give it up
        </button>
      </div>
      <p class="soft hint">
        <kbd>Ctrl</kbd> <kbd>Enter</kbd> sends. A decision is final, and goes out as a webhook.
      </p>
    </form>
  );
}
