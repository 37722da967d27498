/** The back of a licence of Utopia: what its symbol says, and a picture of it. */
import sharp from 'sharp';
import { type AamvaCard, writeAamva } from '../../lambdas/domain/aamva-write.ts';
import type { MrzFields } from '../../lambdas/domain/evidence.ts';
import { licenceBack } from './licence-back.ts';
import { centuryOfBirth, specimenFields } from './specimen.ts';

/** The standard's last version. No issuer has this number, and no country of North America this code. */
const UTOPIA = { version: 10, issuer: '000000' } as const;

/** What differs from Anna Maria Eriksson. */
export function licenceElements(change: Partial<MrzFields> = {}): AamvaCard['elements'] {
  const { surname, givenNames, documentNumber, birthDate, expiryDate, sex, issuingState } = specimenFields(
    'TD3',
    change,
  );
  const [first = '', ...others] = givenNames.split(' ');
  return {
    DAQ: documentNumber,
    DCS: surname,
    DDE: 'N',
    DAC: first,
    DDF: 'N',
    DAD: others.join(' ') || 'NONE',
    DDG: 'N',
    DBB: american(birthDate, centuryOfBirth),
    DBA: american(expiryDate, () => 2000),
    DBC: SEXES[sex],
    DCG: issuingState,
  };
}

/** ANSI D-20. */
const SEXES: Readonly<Record<MrzFields['sex'], string>> = { M: '1', F: '2', X: '9', '': '9' };

/** `YYMMDD` → `MMDDCCYY`. */
const american = (date: string, century: (year: number) => number): string => {
  const year = Number(date.slice(0, 2));
  return `${date.slice(2)}${century(year) + year}`;
};

/** JPEG bytes of a drawn card that lies on a table. */
export async function licence(elements: AamvaCard['elements']): Promise<Buffer> {
  const { data, width, height } = await licenceBack({ text: writeAamva({ ...UTOPIA, elements }) });
  return sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 90 })
    .toBuffer();
}
