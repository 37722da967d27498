/** Which documents are read, and how their fields are told: data only. A new kind of card is a new row here. */
import type { FieldName, VisualReading } from '../evidence.ts';
import type { DateOrder } from './printed-dates.ts';
import { REGIONS, type Region } from './regions.ts';

/** What a printed label stands for. `name`: all names in one; `validity`: from and until; `other`: no field of ours. */
export type LabelName = FieldName | 'name' | 'validity' | 'other';

/** How one family of documents prints its fields. */
export interface Family {
  /** Dates whose two first numbers could be day and month: the issuer's habit. */
  readonly order: DateOrder;
  readonly labels: Readonly<Partial<Record<LabelName, string>>>;
  /** Numbers in front of fields: AAMVA DL/ID Card Design Standard annex A; Directive 2006/126/EC annex I. */
  readonly numbers: Readonly<Record<string, LabelName>>;
  /** Values stand beside their labels; elsewhere beneath them, unless a colon says otherwise. */
  readonly inline: boolean;
  /** An address stands on the front, whose house number could be taken for a field's. */
  readonly streets?: boolean;
  /** Labels that may run into their value, at the beginning of a line. */
  readonly own?: Readonly<Partial<Record<LabelName, string>>>;
}

const AAMVA_NUMBERS = {
  '1': 'surname',
  '2': 'givenNames',
  '3': 'birthDate',
  '4a': 'issueDate',
  '4b': 'expiryDate',
  '4c': 'other',
  '4d': 'documentNumber',
  '5': 'other',
  '8': 'address',
  '9': 'other',
  '9a': 'other',
  '12': 'other',
  '15': 'sex',
  '16': 'other',
  '17': 'other',
  '18': 'other',
  '19': 'other',
} as const;

/** Labels of cards in English and French, squeezed by the matcher: spelling, case, points and accents do not matter. */
const CARD_LABELS = {
  surname: 'last name|surname|family name|nom de famille',
  givenNames: 'first name|given names|given name|first & middle name|first middle name|prénoms|prénom',
  name: 'name/nom|name|nom',
  birthDate: 'DOB|D.O.G|date of birth|birth date|DDN|date de naissance',
  issueDate: 'ISS|issued|issue date|date of issue|date issued|ISS/DEL|date de délivrance',
  expiryDate:
    'EXP|expires|expiry|expiry date|expiration|expiration date|date of expiry|EXP/EXP|valid until|date d’expiration',
  documentNumber:
    'DL|DLN|DL no|DL number|LIC|LIC no|license no|licence no|license number|licence number|license/ID no|driver license no|ID no|no|number|customer identifier|OLN|no de permis|no/no|number/numéro|card number',
  sex: 'sex|gender|sexe|sex/sexe',
  address: 'address|cardholder address|adresse',
  other:
    'class|class/catég|type|end|endorsements|rest|restr|rstr|res|restrictions|HGT|HT|height|WGT|WT|weight|eyes|hair|DD|DD/réf|previous type|vehicle classifications|donor|organ donor|veteran|audit|office|parish|governor|commissioner|not for federal|federal limits apply|conditions|cond',
} as const;

const FAMILIES = {
  'US licence': { order: 'mdy', labels: CARD_LABELS, numbers: AAMVA_NUMBERS, inline: true, streets: true },
  // Provinces write year first, or the month by name; where one does not, which number is the month is not known.
  'CA licence': { order: 'unknown', labels: CARD_LABELS, numbers: AAMVA_NUMBERS, inline: true, streets: true },
  'AU licence': { order: 'dmy', labels: CARD_LABELS, numbers: {}, inline: false },
  'EU licence': {
    order: 'dmy',
    labels: {},
    numbers: {
      '1': 'surname',
      '2': 'givenNames',
      '3': 'birthDate',
      '4a': 'issueDate',
      '4b': 'expiryDate',
      '4c': 'other',
      '4d': 'other',
      '5': 'documentNumber',
      '7': 'other',
      '8': 'address',
      '9': 'other',
    },
    inline: true,
  },
  travel: {
    order: 'unknown',
    numbers: {},
    inline: false,
    labels: {
      surname:
        'surname|surnames|surame|suname|nom|apellido|apellidos|nachname|familienname|cognome|achternaam|naam|nazwisko|příjmení|priezvisko|prezime|priimek|efternamn|etternavn|sukunimi|perekonnanimi|uzvārds|pavardė|nume|last name|primary identifier|identifiant primaire|soyadı|kenninafn|családi név',
      givenNames:
        'given names|given name|first name|first names|forenames|voornaam|prénom|prénoms|nombre|nombres|vorname|vornamen|nomi|voornamen|imiona|imię|jméno|meno|ime|utónév|förnamn|fornavn|etunimet|eesnimed|vārds|vardas|prenume|secondary identifier|identifiant secondaire|adı|eiginnöfn',
      name: 'name|surname, given names|suname, given names|surname, name|nom, prénoms|nom, prénom|nazwisko, imię|nachname, vorname|apellidos, nombres|name/nom|name und vorname|surname and first names',
      birthDate:
        'date of birth|birth date|birthdate|date de naissance|née le|né le|fecha de nacimiento|data de nascimento|data di nascita|geburtsdatum|geburtstag|geboortedatum|data urodzenia|datum narození|dátum narodenia|datum rođenja|datum rojstva|születési idő|födelsedatum|fødselsdato|syntymäaika|sünniaeg|dzimšanas datums|gimimo data|data nașterii|doğum tarihi|fæðingardagur|place and date of birth',
      issueDate:
        'date of issue|issue date|date of issuance|date de délivrance|délivrée le|fecha de expedición|fecha de emisión|data de emissão|data di rilascio|ausstellungsdatum|datum der ausstellung|ausgestellt am|datum van afgifte|data wydania|datum vydání|datum izdavanja|datum izdaje|kiállítás kelte|antamispäivä|välja antud|utstedelsesdato|data eliberării',
      expiryDate:
        'date of expiry|expiry date|expiration date|date of expiration|date d’expiration|expiry/expiration|expiry|valid until|valable jusqu’au|valide jusqu’au|fecha de caducidad|fecha de vencimiento|válido hasta|data de validade|data di scadenza|scadenza|gültig bis|geldig tot|data ważności|platnost do|platnosť do|datum isteka|vrijedi do|datum izteka|kehtiv kuni|gildir til|card expires|expires|son geçerlilik tarihi',
      validity: 'validity|validité|valabilitate|valid from-until|gültig von-bis',
      documentNumber:
        'document no|document number|numéro de document|no du document|número de documento|passport no|passport number|passeport no|no de passeport|número de pasaporte|pass-nr|reisepass-nr|ausweisnr|ausweisnummer|card no|card number|identity card no|carte nationale d’identité n|doc no|no du doc|dokumendi nr|číslo pasu|nummer|numéro|INS A#',
      nationality:
        'nationality|nationalité|nacionalidad|nacionalidade|cittadinanza|staatsangehörigkeit|nationaliteit|obywatelstwo|státní občanství|štátne občianstvo|državljanstvo|állampolgárság|nationalitet|kansalaisuus|kodakondsus|cetățenia|uyruğu',
      sex: 'sex|sexe|sexo|sesso|geschlecht|geslacht|płeć|pohlaví|spol|kyn|cinsiyeti',
      issuingState:
        'country code|code of issuing state|issuing country|issuing state|code du pays|code|pays émetteur|código del país',
      address: 'address|adresse|domicilio|domiciliu|anschrift|dirección',
      other:
        'place of birth|lieu de naissance|lugar de nacimiento|geburtsort|luogo di nascita|country of birth|authority|autorité|autoridad|behörde|issuing authority|height|taille|personal no|personal ID no|personal identifying number|no personnel|número personal|type|typ|tipo|signature|signature du titulaire|holder’s signature|colour of eyes|couleur des yeux|farbe der augen|place of issue|lieu de délivrance|category|no of entries|nombre d’entrées|número de entradas|valid from|resident since|control number|issuing post name|residence|principal residence at issuance|profession|no of entries|annotation|visa type/class|remarks',
    },
  },
} as const satisfies Readonly<Record<string, Family>>;

/** One row of the coverage matrix. */
export interface Layout {
  readonly name: string;
  readonly kind: VisualReading['kind'];
  readonly family: Family;
  /** Of a card whose region issues it. */
  readonly region?: Region;
}

const REGIONAL = { US: FAMILIES['US licence'], CA: FAMILIES['CA licence'], AU: FAMILIES['AU licence'] } as const;

/** Labels of one issuer alone: elsewhere they would be the beginning of a word. */
const OWN_LABELS: Readonly<Record<string, Family['labels']>> = {
  'US-CA': { surname: 'LN', givenNames: 'FN' },
};

/** Where a card has no readable numbers or labels beside its names: the given names come first. */
export const GIVEN_NAMES_FIRST: ReadonlySet<string> = new Set(['US-AL', 'US-GA']);

/** Numbers that begin with a letter, where every licence of the issuer has that form (AAMVA's table of formats). */
export const NUMBER_FORMS: Readonly<Record<string, RegExp>> = {
  'US-CA': /^[A-Z]\d{7}$/,
  'US-FL': /^[A-Z]\d{12}$/,
  'US-IL': /^[A-Z]\d{11}$/,
  'US-MD': /^[A-Z]\d{12}$/,
  'US-MI': /^[A-Z]\d{12}$/,
  'US-MN': /^[A-Z]\d{12}$/,
  'US-NJ': /^[A-Z]\d{14}$/,
  'US-WI': /^[A-Z]\d{13}$/,
  'CA-ON': /^[A-Z]\d{14}$/,
  'CA-QC': /^[A-Z]\d{12}$/,
};

export const regionName = ({ state, code }: Region): string => `${state}-${code}`;

/** A licence, or the card that the same office gives to those who do not drive. */
export function regionalLayout(region: Region, kind: 'drivers_license' | 'national_id'): Layout {
  const family: Family = REGIONAL[region.state];
  const own = OWN_LABELS[regionName(region)];
  return {
    name: `${regionName(region)} ${kind === 'drivers_license' ? 'licence' : 'ID card'}`,
    kind,
    family: own ? { ...family, own } : family,
    region,
  };
}

export const EU_LICENCE: Layout = { name: 'EU licence', kind: 'drivers_license', family: FAMILIES['EU licence'] };
export const PASSPORT: Layout = { name: 'Passport', kind: 'passport', family: FAMILIES.travel };
export const ID_CARD: Layout = { name: 'ID card', kind: 'national_id', family: FAMILIES.travel };
export const PERMIT: Layout = { name: 'Residence permit', kind: 'residence_permit', family: FAMILIES.travel };
export const VISA: Layout = { name: 'Visa', kind: 'visa', family: FAMILIES.travel };

/** Every row, in the order of the matrix. */
export const LAYOUTS: readonly Layout[] = [
  ...REGIONS.map((region) => regionalLayout(region, 'drivers_license')),
  ...REGIONS.filter(({ state }) => state !== 'AU').map((region) => regionalLayout(region, 'national_id')),
  EU_LICENCE,
  PASSPORT,
  ID_CARD,
  PERMIT,
  VISA,
];
