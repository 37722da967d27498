import { useEffect, useState } from 'preact/hooks';
import type { Api } from './api.ts';
import { type Step, stepBefore, stepsOf } from './flow.ts';
import { type Language, languages } from './i18n/languages.ts';
import { Icon } from './icons.tsx';
import { Later } from './later.tsx';
import { Consent } from './screens/consent.tsx';
import { DocumentCapture } from './screens/document.tsx';
import { EndingScreen, ResultScreen, Retry } from './screens/result.tsx';
import { SelfieCapture } from './screens/selfie.tsx';
import { Checking, SendingScreen } from './screens/sending.tsx';
import { Welcome } from './screens/welcome.tsx';
import { useText } from './text.tsx';
import { useMinutesLeft } from './time-left.ts';
import { type Place, useSession } from './use-session.ts';
import { kinds, type Session } from './wire.ts';

interface Props {
  readonly boot: Session;
  readonly api: Api;
  readonly onLanguage: (language: Language) => void;
}

/** Draws codes, which only computers need. */
const handOffScreen = () => import('./screens/hand-off.tsx').then(({ HandOffScreen }) => HandOffScreen);

type Way = ReturnType<typeof useSession>;

/** A mouse and no touch: a computer, whose camera is rarely the best one at hand. */
const isComputer = (): boolean => matchMedia('(hover: hover) and (pointer: fine)').matches;

function useOnline(): boolean {
  const [online, setOnline] = useState(navigator.onLine);
  useEffect(() => {
    const update = (): void => setOnline(navigator.onLine);
    addEventListener('online', update);
    addEventListener('offline', update);
    return () => {
      removeEventListener('online', update);
      removeEventListener('offline', update);
    };
  }, []);
  return online;
}

function Current({ way, place, api }: { readonly way: Way; readonly place: Place; readonly api: Api }) {
  const { language } = useText();
  const { session, sending } = way;
  const onPhone = isComputer() ? () => way.go({ at: 'hand-off' }) : undefined;
  switch (place.at) {
    case 'welcome':
      return <Welcome onStart={way.start} onPhone={onPhone} />;
    case 'consent': {
      const { version } = session.consent;
      return (
        <Consent
          version={version}
          note={session.partner.theme?.copy?.consentNote}
          onAgree={() => way.consent(language)}
        />
      );
    }
    case 'id_photo':
    case 'id_back': {
      const kind = place.at;
      return <DocumentCapture key={kind} kind={kind} onDone={(file) => way.take(kind, file)} onPhone={onPhone} />;
    }
    case 'selfie_video': {
      const prompts = session.challenge.map(({ prompt }) => prompt);
      return <SelfieCapture prompts={prompts} onDone={(file) => way.take('selfie_video', file)} onPhone={onPhone} />;
    }
    case 'send': {
      const wanted = kinds.filter((kind) => stepsOf(session).includes(kind));
      return <SendingScreen kinds={wanted} progress={sending.progress} onAgain={sending.fault && way.sendAgain} />;
    }
    case 'checking':
      return <Checking />;
    case 'hand-off':
      return <Later load={handOffScreen} props={{ api, session, onChange: way.refresh, onStay: way.resume }} />;
    case 'retry':
      return (
        <Retry
          reasons={place.submitted.reasons}
          attemptsLeft={session.attempts_left}
          onRetry={() => way.retry(place.submitted)}
        />
      );
    case 'result':
      return <ResultScreen result={place.result} />;
    case 'ending':
      return <EndingScreen ending={place.ending} onAgain={place.ending === 'broken' ? way.resume : undefined} />;
  }
}

function Dots({ session, place }: { readonly session: Session; readonly place: Place }) {
  const { say } = useText();
  const steps = stepsOf(session);
  const at = steps.indexOf(place.at as Step);
  if (at < 0) return null;
  return (
    <ol class="dots" aria-label={say('stepOf', { step: at + 1, steps: steps.length })}>
      {steps.map((step, i) => (
        <li key={step} class={i === at ? 'now' : i < at ? 'past' : ''} aria-current={i === at ? 'step' : undefined} />
      ))}
    </ol>
  );
}

/** The hosted page: the partner's name, one screen, and how far it is. */
export function App({ boot, api, onLanguage }: Props) {
  const { say, language } = useText();
  const way = useSession(boot, api);
  const online = useOnline();
  const left = useMinutesLeft(way.session.expires_at);
  const { place, session } = way;
  const before = place && stepsOf(session).find((step) => step === place.at);
  const back = before && stepBefore(before, session);
  const { theme, name } = session.partner;
  return (
    <>
      <header class="top">
        {back && (
          <button type="button" class="icon-button" aria-label={say('back')} onClick={() => way.go({ at: back })}>
            <Icon name="back" className="turns" />
          </button>
        )}
        <div class="brand">{theme?.logo ? <img src={theme.logo} alt={name} /> : <span>{name}</span>}</div>
        <select
          class="language"
          aria-label={say('language')}
          value={language}
          onChange={({ currentTarget }) => onLanguage(currentTarget.value as Language)}
        >
          {Object.entries(languages).map(([code, { name: own }]) => (
            <option key={code} value={code} lang={code}>
              {own}
            </option>
          ))}
        </select>
      </header>
      <div role="status">
        {!online && <p class="notice">{say('offline')}</p>}
        {before && left !== undefined && <p class="notice">{say('endsSoon', { n: left })}</p>}
      </div>
      <main class="main">
        {place && <Dots session={session} place={place} />}
        {place && <Current way={way} place={place} api={api} />}
      </main>
    </>
  );
}
