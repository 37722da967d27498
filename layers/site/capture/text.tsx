import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { MessageKey, Messages } from './i18n/en.ts';
import { format } from './i18n/format.ts';
import type { Language } from './i18n/languages.ts';

export interface Text {
  readonly language: Language;
  /** A message, with the partner's name and the days that files are kept filled in. */
  readonly say: (key: MessageKey, values?: Readonly<Record<string, string | number>>) => string;
}

/** What partners word themselves comes first; it is in the partner's language, whatever the page's. */
export type Copy = Readonly<Partial<Record<string, string>>>;

export function textOf(
  language: Language,
  messages: Messages,
  fixed: Readonly<Record<string, string | number>>,
  copy: Copy = {},
): Text {
  return { language, say: (key, values) => format(copy[key] ?? messages[key], { ...fixed, ...values }) };
}

const TextContext = createContext<Text | undefined>(undefined);
export const TextProvider = TextContext.Provider;

export function useText(): Text {
  const text = useContext(TextContext);
  if (!text) throw new Error('No language was loaded.');
  return text;
}
