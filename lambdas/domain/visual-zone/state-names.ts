/** What documents call states and their people. */
import { isIssuingState, SPECIMEN_STATE } from '../issuing-states.ts';
import { squeeze } from './printed-text.ts';

/** Names of states and of their people, as documents print them beside or instead of the code. Those of one state each. */
const NAMES: Readonly<Record<string, string>> = {
  AUS: 'Australia|Australian',
  AUT: 'Republik Österreich|Österreich|Austria|Austrian',
  BEL: 'Belgique|Belgien|België|Belgium|Belgierin|Belgier|Belge|Belgian',
  BGR: 'Bulgaria|Bulgarian',
  BRA: 'República Federativa do Brasil|Brasil|Brasileiro|Brazilian',
  CAN: 'Canada|Canadian|Canadienne',
  CHE: 'Schweiz|Suisse|Svizzera|Switzerland|Swiss',
  CHL: 'República de Chile|Chilena|Chilean',
  COL: 'República de Colombia|Colombiana',
  CZE: 'Česká republika|Czech Republic|Czech',
  DEU: 'Bundesrepublik Deutschland|Federal Republic of Germany|Deutsch|Deutschland|German',
  DNK: 'Danmark|Denmark|Dansk|Danish',
  ESP: 'España|Reino de España|Española|Spain|Spanish',
  EST: 'Eesti|Estonia|Estonian',
  FIN: 'Suomi|Finland|Finnish',
  FRA: 'République française|Française|Français|France|French',
  GBR: 'United Kingdom of Great Britain and Northern Ireland|British Citizen|United Kingdom',
  GRC: 'Hellenic Republic|Greece|Hellenic',
  HRV: 'Republika Hrvatska|Republic of Croatia|Hrvatsko|Croatian',
  HUN: 'Magyarország|Hungary|Hungarian|Magyar',
  IRL: 'Éire|Ireland|Irish',
  ISL: 'Ísland|Iceland|Islenskur|Icelandic',
  ITA: 'Repubblica italiana|Italiana|Italy|Italian',
  JPN: 'Japan|Japanese',
  LTU: 'Lietuvos Respublika|Republic of Lithuania|Lithuanian',
  LUX: 'Grand-Duché de Luxembourg|Luxembourg|Luxembourgeoise',
  LVA: 'Latvijas Republika|Republic of Latvia|Latvian',
  MEX: 'Estados Unidos Mexicanos|Mexicana|Mexican',
  MLT: 'Repubblika ta Malta|Republic of Malta|Maltese',
  NLD: 'Koninkrijk der Nederlanden|Kingdom of the Netherlands|Nederlandse|Nederland',
  NOR: 'Norge|Noreg|Norway|Norsk|Norwegian',
  POL: 'Rzeczpospolita Polska|Republic of Poland|Polskie|Polish',
  PRT: 'República portuguesa|Portugal|Portuguesa|Portuguese',
  ROU: 'România|Romania|Roumanie|Română|Romanian',
  SRB: 'Republika Srbija|Republic of Serbia',
  SVK: 'Slovenská republika|Slovak Republic|Slovak',
  SVN: 'Republika Slovenija|Republic of Slovenia|Slovenian',
  SWE: 'Sverige|Sweden|Svensk|Swedish',
  TUR: 'Türkiye Cumhuriyeti|Republic of Turkey|Türkiye',
  TWN: 'Republic of China',
  UKR: 'Ukraine|Ukrainian',
  USA: 'United States of America|USA',
  [SPECIMEN_STATE]: 'Utopia|Utopian',
};

const WORDS = Object.entries(NAMES)
  .flatMap(([code, names]) => names.split('|').map((name) => ({ code, word: squeeze(name).letters })))
  .toSorted((a, b) => b.word.length - a.word.length);

/**
 * The state that a text names and nothing else, `Českárepublika/Czech Republic` included. `undefined` where names of two states
 * stand there, or other words.
 */
export function stateNamed(text: string): string | undefined {
  let rest = squeeze(text).letters;
  const states = new Set<string>();
  for (const { code, word } of WORDS) {
    if (!rest.includes(word)) continue;
    states.add(code);
    rest = rest.replaceAll(word, '');
  }
  // What is left over is OCR's noise, or a word that says that it is another state.
  return states.size === 1 && rest.length <= 3 ? [...states][0] : undefined;
}

/** A state by its code alone, or by its name. */
export function stateOf(text: string): string | undefined {
  const code = text.trim().replaceAll('0', 'O').toUpperCase();
  const known = code === SPECIMEN_STATE || (/^[A-Z]{3}$/.test(code) && isIssuingState(code));
  return known ? code : stateNamed(text);
}

/** Distinguishing signs in the flag of a European licence (Directive 2006/126/EC annex I), and of the neighbours that print them. */
const SIGNS: Readonly<Record<string, string>> = {
  A: 'AUT',
  B: 'BEL',
  BG: 'BGR',
  CH: 'CHE',
  CY: 'CYP',
  CZ: 'CZE',
  D: 'DEU',
  DK: 'DNK',
  E: 'ESP',
  EST: 'EST',
  F: 'FRA',
  FIN: 'FIN',
  FL: 'LIE',
  GR: 'GRC',
  H: 'HUN',
  HR: 'HRV',
  I: 'ITA',
  IRL: 'IRL',
  IS: 'ISL',
  L: 'LUX',
  LT: 'LTU',
  LV: 'LVA',
  M: 'MLT',
  N: 'NOR',
  NL: 'NLD',
  P: 'PRT',
  PL: 'POL',
  RO: 'ROU',
  S: 'SWE',
  SK: 'SVK',
  SLO: 'SVN',
  UK: 'GBR',
};

export const stateOfSign = (text: string): string | undefined => SIGNS[text.trim()];
