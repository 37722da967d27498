import { describe, expect, it } from 'vitest';
import { flagSeverity } from '../../../lambdas/domain/flags.ts';
import { en, type MessageKey } from '../../../layers/site/capture/i18n/en.ts';
import { format } from '../../../layers/site/capture/i18n/format.ts';
import { directionOf, type Language, languageOf, languages } from '../../../layers/site/capture/i18n/languages.ts';
import { reasonKeys } from '../../../layers/site/capture/reasons.ts';

const placesOf = (message: string): string[] => (message.match(/\{\w+\}/g) ?? []).toSorted();
const others = (Object.keys(languages) as Language[]).filter((language) => language !== 'en');

describe('what the page says', () => {
  it.each(others)('in %s has the same messages with the same places as in English', async (language) => {
    const messages = await languages[language].load();
    expect(Object.keys(messages).toSorted()).toEqual(Object.keys(en).toSorted());
    for (const key of Object.keys(en) as MessageKey[]) {
      expect(messages[key].trim(), key).not.toBe('');
      expect(new Set(placesOf(messages[key])), key).toEqual(new Set(placesOf(en[key])));
    }
  });

  it.each(others)('in %s is translated', async (language) => {
    const messages = await languages[language].load();
    const same = (Object.keys(en) as MessageKey[]).filter((key) => messages[key] === en[key]);
    expect(same).toEqual([]);
  });

  it('is in the first wanted language that there is', () => {
    expect(languageOf([undefined, 'pt-BR', 'en'])).toBe('pt');
    expect(languageOf(['nl', 'DE_at'])).toBe('de');
    expect(languageOf(['toString', ''])).toBe('en');
    expect(languageOf([])).toBe('en');
    expect(directionOf('ar')).toBe('rtl');
    expect(directionOf('fr')).toBe('ltr');
  });

  it('has what it speaks of filled in, and nothing else', () => {
    expect(format('{a} of {b}', { a: 1, b: 'two' })).toBe('1 of two');
    expect(format('{a} {toString}', { a: '{b}', b: 'no' })).toBe('{b} {toString}');
  });
});

describe('reasons', () => {
  it('are told for every finding that is for the person, in words', () => {
    for (const flag of Object.keys(flagSeverity)) for (const key of reasonKeys([flag])) expect(en[key]).toBeTruthy();
    expect(reasonKeys(['mrz_corrected', 'liveness_not_required'])).toEqual([]);
  });

  it('of files are told by what is wrong with them', () => {
    expect(
      reasonKeys(['video_too_short', 'video_truncated', 'video_no_picture', 'image_truncated', 'pdf_encrypted']),
    ).toEqual(['reasonVideoShort', 'reasonVideo', 'reasonPhoto']);
  });

  it('that the page does not know are told of all the same', () => {
    expect(reasonKeys(['something_new', 'constructor'])).toEqual(['reasonOther']);
  });
});
