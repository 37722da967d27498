import type { ComponentChildren } from 'preact';
import { useCallback, useEffect, useState } from 'preact/hooks';
import { CallError, get, remove, whenLoggedOut } from './api.ts';
import { CreditsView } from './credits.tsx';
import { Deliveries } from './deliveries.tsx';
import { DetailView } from './detail.tsx';
import { Login, Mark } from './login.tsx';
import { Failed, Heading, Note, Waiting } from './parts.tsx';
import { ReviewDesk } from './review-desk.tsx';
import { Reviews } from './reviews.tsx';
import { hrefOf, type Route, useRoute } from './route.ts';
import { SettingsView } from './settings.tsx';
import { Verifications } from './verifications.tsx';
import type { Session } from './wire.ts';

type Who = Session | 'nobody' | undefined;

/** The console: who sits there, and what they look at. */
export function App() {
  const [who, setWho] = useState<Who>();
  const [told, setTold] = useState<string>();
  const [error, setError] = useState<CallError>();
  const ask = useCallback(() => {
    setError(undefined);
    get<Session>('/session').then(setWho, (fault: unknown) => {
      if (fault instanceof CallError && fault.status === 401) setWho('nobody');
      else setError(fault instanceof CallError ? fault : new CallError(0, String(fault)));
    });
  }, []);
  useEffect(() => {
    whenLoggedOut(() => {
      setTold('Your session has ended. Log in again to go on.');
      setWho('nobody');
    });
    ask();
  }, [ask]);
  const leave = async () => {
    await remove('/session').catch(() => undefined);
    setTold('You are logged out.');
    setWho('nobody');
  };
  if (error) {
    return (
      <main class="login">
        <Failed error={error} retry={ask} />
      </main>
    );
  }
  if (who === undefined) {
    return (
      <main class="login">
        <Waiting rows={3} />
      </main>
    );
  }
  if (who === 'nobody') return <Login told={told} enter={setWho} />;
  return <Inside session={who} leave={leave} />;
}

const places = [
  ['verifications', 'Verifications'],
  ['reviews', 'Reviews'],
  ['deliveries', 'Webhooks'],
  ['credits', 'Credits'],
  ['settings', 'Settings'],
] as const;

function Inside({ session, leave }: { session: Session; leave: () => void }) {
  const route = useRoute();
  const [place = 'verifications'] = route.path;
  return (
    <>
      <button type="button" class="skip" onClick={toMain}>
        Skip to content
      </button>
      <header class="top">
        <div class="row column">
          <a class="brand" href={hrefOf(['verifications'])}>
            <Mark />
            Selfsame
          </a>
          <span class="account">
            {session.account}
            <span class={`mode ${session.mode}`}>{session.mode === 'live' ? 'Live' : 'Test mode'}</span>
          </span>
          <span class="who">
            <span>{session.name}</span>
            <span class="soft mono">{session.keyHint}</span>
          </span>
          <button type="button" class="quiet small" onClick={leave}>
            Log out
          </button>
        </div>
        <nav class="column" aria-label="Console">
          {places.map(([name, label]) => (
            <a key={name} href={hrefOf([name])} aria-current={place === name ? 'page' : undefined}>
              {label}
            </a>
          ))}
        </nav>
      </header>
      <main id="main" class="column" tabIndex={-1}>
        <View route={route} />
      </main>
    </>
  );
}

/** By hand: the address after `#` is the view's, and a link there would leave it. */
const toMain = (): void => document.getElementById('main')?.focus();

function View({ route }: { route: Route }): ComponentChildren {
  const [place = 'verifications', id] = route.path;
  switch (place) {
    case 'verifications':
      return id === undefined ? <Verifications route={route} /> : <DetailView key={id} id={id} />;
    case 'reviews':
      return id === undefined ? <Reviews /> : <ReviewDesk key={id} id={id} />;
    case 'deliveries':
      return <Deliveries route={route} />;
    case 'credits':
      return <CreditsView />;
    case 'settings':
      return <SettingsView />;
    default:
      return (
        <>
          <Heading>Not found</Heading>
          <Note title="There is nothing at this address">
            <a href={hrefOf(['verifications'])}>To the verifications</a>
          </Note>
        </>
      );
  }
}
