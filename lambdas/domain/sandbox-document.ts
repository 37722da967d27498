import { type CalendarDate, writeDate } from './age.ts';
import { type DocumentReading, type MrzFields, type MrzFormat, measured, type ReadField } from './evidence.ts';
import { SPECIMEN_STATE } from './issuing-states.ts';
import { checkMrz } from './mrz.ts';
import { writeMrz } from './mrz-write.ts';
import type { DocumentKind } from './verification.ts';

/** What test mode can be asked to show. */
export const testScenarios = ['success', 'underage', 'expired', 'poor_quality'] as const;
export type TestScenario = (typeof testScenarios)[number];

/**
 * Files that stand for a scenario wherever they are sent in test mode, by their SHA-256. Each is the text
 * `%PDF-1.4\n% Selfsame sandbox document: <scenario>. It shows nobody.\n%%EOF\n`.
 */
const magicDocuments: Readonly<Record<string, TestScenario>> = {
  '224b640ad996cf43e01f0591f17cb1e32484f343df5ec62c3bd121d29a2ff0aa': 'success',
  '44744b9d334aa2adf2d7d02dfcb921f8a985b701193f4dad10ad5665683601e7': 'underage',
  '1bde6d4f4ca2a5a0310ad2deadd5b85024ee584b03941aad2e4067df2c3ebf52': 'expired',
  ebd9591085c85cfdbaaa023c8ea95a64e52766f2c7d6a3a5af6168b3ee8116cc: 'poor_quality',
};

const magicScenario = (sha256: string): TestScenario | undefined => magicDocuments[sha256];

/** Bytes: less is no picture of anything. */
const SHORTEST_DOCUMENT = 64;

export const isShortDocument = (bytes: number): boolean => bytes < SHORTEST_DOCUMENT;

/** The published table: what a kind of document shows where nothing else is asked for. */
const ofKind: Readonly<Partial<Record<DocumentKind, TestScenario>>> = {
  passport: 'success',
  drivers_license: 'underage',
  national_id: 'expired',
};

/** M-54: what was asked for by name, else by a magic document, else a document too short to be one, else by its kind. */
export function scenarioOf(asked: {
  readonly named?: TestScenario;
  readonly sha256?: string;
  /** Bytes. */
  readonly size: number;
  readonly kind: DocumentKind;
}): TestScenario {
  const magic = asked.sha256 === undefined ? undefined : magicScenario(asked.sha256);
  const short = isShortDocument(asked.size) ? 'poor_quality' : undefined;
  return asked.named ?? magic ?? short ?? ofKind[asked.kind] ?? 'success';
}

/** Years that the holder has on the day of the judgement. */
const agesOf: Readonly<Record<TestScenario, number>> = { success: 25, underage: 17, expired: 40, poor_quality: 25 };

const formats: Readonly<Record<DocumentKind, readonly [MrzFormat, code: string]>> = {
  passport: ['TD3', 'P'],
  national_id: ['TD1', 'I'],
  residence_permit: ['TD1', 'IR'],
  visa: ['MRV-A', 'V'],
  drivers_license: ['TD1', 'I'],
};

/** 29 February has no birthday in most years; whoever is made up here was born the day before. */
const yearsFrom = ({ year, month, day }: CalendarDate, years: number): CalendarDate => ({
  year: year + years,
  month,
  day: month === 2 && day === 29 ? 28 : day,
});

const yymmdd = (date: CalendarDate): string => writeDate(date).slice(2).replaceAll('-', '');

/**
 * Evidence of a document that nobody has, as the engine would have measured it: it is judged by the rules that real ones are judged
 * by. Utopia's, as of `today`, always the same on one day.
 */
export function sandboxReading(scenario: TestScenario, kind: DocumentKind, today: CalendarDate): DocumentReading {
  const birth = yearsFrom(today, -agesOf[scenario]);
  const expiry = yearsFrom(today, scenario === 'expired' ? -1 : 5);
  const poor = scenario === 'poor_quality';
  return {
    found: true,
    ocrConfidence: measured(poor ? 0.31 : 0.97),
    quality: measured(poor ? 0.12 : 0.93),
    reasons: poor ? ['blur', 'glare'] : [],
    ...(poor ? {} : kind === 'drivers_license' ? licence(birth, expiry) : zone(kind, birth, expiry)),
    lines: [],
    stages: {},
  };
}

function zone(kind: DocumentKind, birth: CalendarDate, expiry: CalendarDate): Pick<DocumentReading, 'mrz'> {
  const [format, documentCode] = formats[kind];
  const fields: MrzFields = {
    documentCode,
    issuingState: SPECIMEN_STATE,
    documentNumber: 'SANDBOX01',
    surname: 'SPECIMEN',
    givenNames: 'SAM',
    nationality: SPECIMEN_STATE,
    birthDate: yymmdd(birth),
    sex: 'X',
    expiryDate: yymmdd(expiry),
    optionalData: '',
  };
  const lines = writeMrz(format, fields);
  return {
    mrz: { format, lines, raw: lines, corrected: false, checks: checkMrz(format, lines), confidence: 0.97, fields },
  };
}

/** A licence has no zone: what is printed on it is all there is. */
function licence(birth: CalendarDate, expiry: CalendarDate): Pick<DocumentReading, 'visual'> {
  const field = (value: string): ReadField => ({ value, confidence: 0.95 });
  return {
    visual: {
      kind: 'drivers_license',
      layout: 'sandbox licence',
      fields: {
        surname: field('SPECIMEN'),
        givenNames: field('SAM'),
        birthDate: field(writeDate(birth)),
        documentNumber: field('SANDBOX01'),
        issuingState: field(SPECIMEN_STATE),
        sex: field('X'),
        expiryDate: field(writeDate(expiry)),
      },
    },
  };
}
