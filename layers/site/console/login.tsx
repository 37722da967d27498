import { useEffect, useRef, useState } from 'preact/hooks';
import { CallError, post } from './api.ts';
import type { Session } from './wire.ts';

/** Where a secret key becomes a session. The key is in the field and in one call, and nowhere after. */
export function Login({ told, enter }: { told: string | undefined; enter: (session: Session) => void }) {
  const form = useRef<HTMLFormElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const [error, setError] = useState<CallError>();
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    document.title = 'Log in · Selfsame console';
    heading.current?.focus();
  }, []);
  const submit = async (event: Event) => {
    event.preventDefault();
    if (!form.current) return;
    const fields = new FormData(form.current);
    const [key, name] = ['key', 'name'].map((field) => String(fields.get(field) ?? '').trim());
    setBusy(true);
    setError(undefined);
    try {
      enter(await post<Session>('/session', { key, name }));
    } catch (fault) {
      setError(fault instanceof CallError ? fault : new CallError(0, String(fault)));
      setBusy(false);
    }
  };
  return (
    <main class="login">
      <form ref={form} onSubmit={submit} class="card">
        <p class="brand">
          <Mark />
          Selfsame
        </p>
        <h1 ref={heading} tabIndex={-1}>
          Partner console
        </h1>
        {told && !error && (
          <p class="told" role="status">
            {told}
          </p>
        )}
        <label>
          Your name
          <input name="name" required maxLength={80} autocomplete="name" />
          <span class="soft">Stands beside every review that you decide.</span>
        </label>
        <label>
          Secret key
          <input
            name="key"
            type="password"
            required
            maxLength={256}
            autocomplete="off"
            spellcheck={false}
            placeholder="sk_live_…"
            aria-invalid={error !== undefined}
            aria-describedby={error ? 'login-error' : undefined}
          />
          <span class="soft">A live key shows live verifications, a test key those of test mode.</span>
        </label>
        {error && (
          <p id="login-error" class="failed" role="alert">
            {error.message}
          </p>
        )}
        <button type="submit" disabled={busy}>
          {busy ? 'Checking…' : 'Log in'}
        </button>
      </form>
    </main>
  );
}

/** Two outlines that are one: the same self. */
export const Mark = () => (
  <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
    <circle cx="12.5" cy="16" r="8.5" />
    <circle cx="19.5" cy="16" r="8.5" />
  </svg>
);
