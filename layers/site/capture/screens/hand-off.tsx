import { useEffect, useState } from 'preact/hooks';
import { encode } from 'uqr';
import type { Api } from '../api.ts';
import { Screen, Spoken } from '../screen.tsx';
import { useText } from '../text.tsx';
import type { Session } from '../wire.ts';

const POLL_MS = 2000;

/** Drawn from the modules: no picture is made, and no markup is built from text. */
function Code({ address, label }: { readonly address: string; readonly label: string }) {
  const { data, size } = encode(address, { border: 2 });
  const path = data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : []))).join('');
  return (
    <div class="code">
      <svg viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shape-rendering="crispEdges">
        <path d={path} fill="#000" />
      </svg>
    </div>
  );
}

interface Props {
  readonly api: Api;
  /** As it was when the code was asked for. */
  readonly session: Session;
  /** The session came to its end, on the phone. */
  readonly onChange: () => void;
  readonly onStay: () => void;
}

const traceOf = ({ consent, uploads, status }: Session): string => JSON.stringify([consent.given, uploads, status]);

/** The rest on the phone: an address that works once, as a code to scan; this window waits for what comes of it. */
export function HandOffScreen({ api, session, onChange, onStay }: Props) {
  const { say } = useText();
  const [address, setAddress] = useState<string>();
  const [going, setGoing] = useState(false);
  const [copied, setCopied] = useState(false);
  const [fault, setFault] = useState(false);

  const renew = async (): Promise<void> => {
    const made = await api.handOff();
    setFault(!made.ok);
    if (!made.ok) return;
    setAddress(made.value.url);
    setCopied(false);
  };
  // Once, when the screen is new.
  useEffect(() => {
    renew();
    const first = traceOf(session);
    const timer = setInterval(async () => {
      const now = await api.session();
      if (!now.ok) return now.fault === 'expired' && onChange();
      if (traceOf(now.value) === first) return;
      setGoing(true);
      if (now.value.status !== 'open') onChange();
    }, POLL_MS);
    return () => clearInterval(timer);
  }, []);

  const copy = async (): Promise<void> => {
    await navigator.clipboard?.writeText(address ?? '').catch(() => undefined);
    setCopied(true);
  };
  const state = going ? say('handOffGoing') : say('handOffWaiting');
  return (
    <Screen name="hand-off" title={say('handOffTitle')}>
      <p class="lead">{say('handOffText')}</p>
      <div class="centre close">
        {address && !going && <Code address={address} label={say('handOffAlt')} />}
        {going && <div class="spinner" />}
        <p>{state}</p>
        {!going && <p class="lead">{say('handOffOnce')}</p>}
        {fault && <p class="fault">{say('brokenText')}</p>}
      </div>
      <Spoken>{copied ? say('copied') : state}</Spoken>
      <div class="actions fixed">
        {!going && (
          <div class="row">
            <button type="button" class="button secondary" disabled={!address} onClick={copy}>
              {say(copied ? 'copied' : 'handOffCopy')}
            </button>
            <button type="button" class="button secondary" onClick={renew}>
              {say('handOffNew')}
            </button>
          </div>
        )}
        <button type="button" class="button plain" onClick={onStay}>
          {say('handOffStay')}
        </button>
      </div>
    </Screen>
  );
}
