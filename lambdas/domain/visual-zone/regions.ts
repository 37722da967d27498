/** States, provinces and territories that issue licences of their own. */
import { findLike, squeeze, tolerance } from './printed-text.ts';

type RegionalState = 'US' | 'CA' | 'AU';

export interface Region {
  readonly state: RegionalState;
  /** As in ISO 3166-2, without the country. */
  readonly code: string;
}

/** Names as they are printed, in the languages of the place. */
const NAMES: Readonly<Record<RegionalState, Readonly<Record<string, readonly string[]>>>> = {
  US: {
    AL: ['Alabama'],
    AK: ['Alaska'],
    AZ: ['Arizona'],
    AR: ['Arkansas'],
    CA: ['California'],
    CO: ['Colorado'],
    CT: ['Connecticut'],
    DE: ['Delaware'],
    DC: ['District of Columbia', 'Washington DC'],
    FL: ['Florida'],
    GA: ['Georgia'],
    HI: ['Hawaii'],
    ID: ['Idaho'],
    IL: ['Illinois'],
    IN: ['Indiana'],
    IA: ['Iowa'],
    KS: ['Kansas'],
    KY: ['Kentucky'],
    LA: ['Louisiana'],
    ME: ['Maine'],
    MD: ['Maryland'],
    MA: ['Massachusetts'],
    MI: ['Michigan'],
    MN: ['Minnesota'],
    MS: ['Mississippi'],
    MO: ['Missouri'],
    MT: ['Montana'],
    NE: ['Nebraska'],
    NV: ['Nevada'],
    NH: ['New Hampshire'],
    NJ: ['New Jersey'],
    NM: ['New Mexico'],
    NY: ['New York State', 'New York'],
    NC: ['North Carolina'],
    ND: ['North Dakota'],
    OH: ['Ohio'],
    OK: ['Oklahoma'],
    OR: ['Oregon'],
    PA: ['Pennsylvania'],
    PR: ['Puerto Rico'],
    RI: ['Rhode Island'],
    SC: ['South Carolina'],
    SD: ['South Dakota'],
    TN: ['Tennessee'],
    TX: ['Texas'],
    UT: ['Utah'],
    VT: ['Vermont'],
    VA: ['Virginia'],
    WA: ['Washington'],
    WV: ['West Virginia'],
    WI: ['Wisconsin'],
    WY: ['Wyoming'],
    GU: ['Guam'],
  },
  CA: {
    AB: ['Alberta'],
    BC: ['British Columbia'],
    MB: ['Manitoba'],
    NB: ['New Brunswick', 'Nouveau-Brunswick'],
    NL: ['Newfoundland and Labrador', 'Newfoundland'],
    NS: ['Nova Scotia'],
    NT: ['Northwest Territories'],
    NU: ['Nunavut'],
    ON: ['Ontario'],
    PE: ['Prince Edward Island'],
    QC: ['Québec'],
    SK: ['Saskatchewan'],
    YT: ['Yukon'],
  },
  AU: {
    ACT: ['Australian Capital Territory'],
    NSW: ['New South Wales'],
    NT: ['Northern Territory'],
    QLD: ['Queensland'],
    SA: ['South Australia'],
    TAS: ['Tasmania'],
    VIC: ['Victoria'],
    WA: ['Western Australia'],
  },
};

const STATES = Object.keys(NAMES) as RegionalState[];

/** The longest first: ARKANSAS holds KANSAS. */
const WORDS = STATES.flatMap((state) =>
  Object.entries(NAMES[state]).flatMap(([code, names]) =>
    names.map((name) => ({ state, code, word: squeeze(name).letters })),
  ),
).toSorted((a, b) => b.word.length - a.word.length);

export const REGIONS: readonly Region[] = STATES.flatMap((state) =>
  Object.keys(NAMES[state]).map((code) => ({ state, code })),
);

export interface RegionFound extends Region {
  /** 1 as spelt, less for each letter that was read otherwise. */
  readonly ease: number;
}

/** What else stands in one line with the name of a region, squeezed. */
const BESIDE = /DRIVERS?LICEN[SC]E|OPERATORS?LICENSE|IDENTIFICATIONCARD|STATEOF|COMMONWEALTHOF|USA/g;

/** The region that a title names, alone but for ornaments that OCR took for letters. */
export function regionNamed(title: string): RegionFound | undefined {
  const letters = squeeze(title).letters.replace(BESIDE, '');
  let best: (RegionFound & { readonly length: number }) | undefined;
  for (const { state, code, word } of WORDS) {
    const found = findLike(word, letters, tolerance(word));
    if (!found) continue;
    // A town, a street or a slogan that holds the name is none.
    if (found.start + letters.length - found.end > (found.errors > 0 ? 2 : 3)) continue;
    const ease = 1 - found.errors / word.length;
    const length = word.length - 2 * found.errors;
    if (!best || length > best.length) best = { state, code, ease, length };
  }
  return best && { state: best.state, code: best.code, ease: best.ease };
}

/** The code of the region, and a postal code at the end of the line; with noughts read as letters only where the code stands apart. */
const POSTAL_CODES: readonly (readonly [RegionalState, RegExp])[] = [
  ['US', /(?<![A-Z])([A-Z]{2})[\s.,]{0,2}[0-9O]{5}(?:-[0-9O]{4})?\s*$/],
  ['US', /([A-Z]{2})[\s.,]{0,2}[0-9]{5}(?:-[0-9]{4})?\s*$/],
  ['CA', /([A-Z]{2})[\s.,]{0,2}[A-Z][0-9][A-Z]\s?[0-9][A-Z][0-9]\s*$/],
];

/** Code of a US state in front of a ZIP code, or of a Canadian province in front of a postal code, at the end of an address. */
export function regionOfAddress(line: string): Region | undefined {
  for (const [state, pattern] of POSTAL_CODES) {
    const code = pattern.exec(line.toUpperCase())?.[1];
    if (code && code in NAMES[state]) return { state, code };
  }
  return undefined;
}
