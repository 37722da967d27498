import type { Messages } from './en.ts';

/** Languages of the page, each under its own name. Only the one that is read is loaded. */
export const languages = {
  en: { name: 'English', load: () => import('./en.ts').then(({ en }) => en) },
  es: { name: 'Español', load: () => import('./es.ts').then(({ es }) => es) },
  fr: { name: 'Français', load: () => import('./fr.ts').then(({ fr }) => fr) },
  de: { name: 'Deutsch', load: () => import('./de.ts').then(({ de }) => de) },
  pt: { name: 'Português', load: () => import('./pt.ts').then(({ pt }) => pt) },
  ar: { name: 'العربية', load: () => import('./ar.ts').then(({ ar }) => ar) },
} as const satisfies Record<string, { readonly name: string; readonly load: () => Promise<Messages> }>;

export type Language = keyof typeof languages;

/** The first of the wanted languages that the page has (`pt-BR` is Portuguese); else English. */
export function languageOf(wanted: readonly (string | undefined)[]): Language {
  for (const tag of wanted) {
    const [base = ''] = (tag ?? '').toLowerCase().split(/[-_]/);
    if (Object.hasOwn(languages, base)) return base as Language;
  }
  return 'en';
}

export const directionOf = (language: Language): 'rtl' | 'ltr' => (language === 'ar' ? 'rtl' : 'ltr');
