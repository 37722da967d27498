import '../shared/base.css';
import './capture.css';
import { render } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { readBoot } from '../shared/boot.ts';
import { type Api, createApi } from './api.ts';
import { App } from './app.tsx';
import type { Messages } from './i18n/en.ts';
import { directionOf, type Language, languageOf, languages } from './i18n/languages.ts';
import { TextProvider, textOf } from './text.tsx';
import type { Session } from './wire.ts';

const boot = readBoot<Session>();
const first = languageOf([boot.lang, ...navigator.languages]);
const api = createApi(boot.check_id);

interface Props {
  readonly messages: Messages;
  readonly api: Api;
}

function Page({ messages, api }: Props) {
  const [{ language, words }, setWords] = useState({ language: first, words: messages });
  const { name, theme } = boot.partner;
  const text = useMemo(() => {
    return textOf(language, words, { name: theme?.name ?? name, days: boot.retention_days }, theme?.copy);
  }, [language, words, name, theme]);
  useEffect(() => {
    document.documentElement.lang = language;
    document.documentElement.dir = directionOf(language);
    document.title = `${text.say('appTitle')} · ${name}`;
  }, [language, text, name]);
  const choose = async (wanted: Language): Promise<void> => {
    // Without a network it stays as it is.
    const words = await languages[wanted].load().catch(() => undefined);
    if (words) setWords({ language: wanted, words });
  };
  return (
    <TextProvider value={text}>
      <App boot={boot} api={api} onLanguage={choose} />
    </TextProvider>
  );
}

const root = document.getElementById('root');
languages[first].load().then((messages) => root && render(<Page messages={messages} api={api} />, root));
