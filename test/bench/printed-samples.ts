/** Documents whose printed side is known: the specimens beside the project (never part of it), and what the engine reads on them. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sameValue } from '../../lambdas/domain/document-fields.ts';
import type { FieldName, ReadFields, Stages } from '../../lambdas/domain/evidence.ts';
import { parseMrz } from '../../lambdas/domain/mrz.ts';
import { createDocumentEngine } from '../../lambdas/vision/document/engine.ts';
import { decodePicture } from '../../lambdas/vision/image.ts';
import { modelsFolder } from '../../models/ensure.ts';
import { DOCUMENTS, FORMATS } from './documents.ts';

export interface Sample {
  readonly file: string;
  /** The row of the coverage matrix that it belongs to. */
  readonly layout: string;
  readonly truth: Readonly<Partial<Record<FieldName, string>>>;
}

export interface ReadSample extends Sample {
  /** What it was taken for; absent where no layout explained it. */
  readonly read?: { readonly layout: string; readonly fields: ReadFields };
  readonly milliseconds: number;
  readonly stages: Stages;
}

interface FrontTruth {
  readonly file: string;
  readonly dob: string;
  readonly exp: string;
  readonly num: string | null;
  readonly name: string;
}

interface ZoneTruth {
  readonly file: string;
  readonly type: string | null;
  readonly mrz?: readonly string[];
}

/** Which licence a picture shows. */
const FRONTS: Readonly<Record<string, string>> = {
  kyc_CA_DL: 'US-CA',
  mi_eu_dl: 'EU',
  mi_us_dl: 'US-AZ',
  us_Alabama: 'US-AL',
  us_Alaska: 'US-AK',
  us_Arkansas: 'US-AR',
  us_Colorado: 'US-CO',
  us_Delaware: 'US-DE',
  us_Georgia: 'US-GA',
  us_Idaho: 'US-ID',
  us_Indiana: 'US-IN',
  us_Kansas: 'US-KS',
  us_Kentucky: 'US-KY',
  us_Louisiana: 'US-LA',
  us_Maine: 'US-ME',
  us_Minnesota: 'US-MN',
};

/** Backs and cards that show nothing but their zone. */
const ZONE_ALONE = /pe_card-cmw|pe_id-(si|usa)\.|ij_id_fail/;
const PERMITS = /_resi_|pe_id-usa_b/;

/** Specimens that print something else than their zone says: three cards and visas as the eye reads them, the others as the OCR did. */
const PRINTED: Readonly<Record<string, Sample['truth']>> = {
  'img/fm_td1.jpg': { surname: 'ERIKKSON' },
  'img/fm_mrva.jpg': { birthDate: '1986-09-07', expiryDate: '2016-12-10' },
  'img/fm_mrvb.jpg': { birthDate: '1986-09-07', expiryDate: '2016-12-10' },
  'img/dbg_Australia.jpg': { expiryDate: '2024-03-01' },
  'img/dbg_Australia_rotatem90.jpg': { expiryDate: '2024-03-01' },
  'img/dbg_Australia_rotatep90.jpg': { expiryDate: '2024-03-01' },
  'img/pe_pass-aus.png': { expiryDate: '2024-03-01' },
  // Its date of birth is printed as 74-08-1912.
  'img/yu_passport_eriksson.png': { expiryDate: '2001-12-30', birthDate: '' },
};

export const hasSamples = (): boolean => existsSync(join(DOCUMENTS, 'licence_front_truth.json'));

const truthOf = async <T>(name: string): Promise<T> => JSON.parse(await readFile(join(DOCUMENTS, name), 'utf8'));

export async function licenceFronts(): Promise<Sample[]> {
  const fronts = await truthOf<readonly FrontTruth[]>('licence_front_truth.json');
  return fronts.map(({ file, dob, exp, num, name }) => {
    const id = /([^/]+)\.\w+$/.exec(file)?.[1] ?? '';
    const truth = { birthDate: dob, expiryDate: exp, surname: name, ...(num === null ? {} : { documentNumber: num }) };
    return { file, layout: `${FRONTS[id]} licence`, truth };
  });
}

/** Passports, cards, permits and visas: what their zone says is printed on them too. */
export async function zoneDocuments(): Promise<Sample[]> {
  const documents = await truthOf<Readonly<Record<string, ZoneTruth>>>('truth.json');
  return Object.values(documents).flatMap(({ file, type, mrz }) => {
    const format = FORMATS[type ?? ''];
    if (!format || !mrz || ZONE_ALONE.test(file)) return [];
    const { documentCode: _, optionalData: __, ...fields } = parseMrz(format, mrz);
    const kind = format === 'TD3' ? 'Passport' : format.startsWith('MRV') ? 'Visa' : 'ID card';
    const layout = PERMITS.test(file) ? 'Residence permit' : kind;
    // The zone of a visa may hold the number of the passport.
    const truth = Object.fromEntries(
      Object.entries({ ...fields, ...PRINTED[file] }).filter(
        ([name, value]) => value !== '' && !(kind === 'Visa' && name === 'documentNumber'),
      ),
    );
    return [{ file, layout, truth }];
  });
}

/** The engine on one thread, one sample after the other. */
export async function readSamples(
  samples: readonly Sample[],
  each: (read: ReadSample) => void = () => {},
): Promise<ReadSample[]> {
  const engine = await createDocumentEngine({ folder: modelsFolder(), threads: 1 });
  const read: ReadSample[] = [];
  for (const sample of samples) {
    const picture = await decodePicture(await readFile(join(DOCUMENTS, sample.file)));
    if (!picture.ok) throw new Error(`${sample.file}: ${picture.error}`);
    const start = performance.now();
    const { visual, stages } = await engine.read(picture.value, 'whole');
    const one = { ...sample, ...(visual && { read: visual }), milliseconds: performance.now() - start, stages };
    read.push(one);
    each(one);
  }
  await engine.close();
  return read;
}

export type Outcome = 'right' | 'wrong' | 'sure but wrong' | 'absent';

const SURE = 0.9;

/** A zone has the last six digits of a date. */
const isSame = (name: FieldName, wanted: string, read: string): boolean =>
  name.endsWith('Date')
    ? [wanted, read].map((date) => date.replaceAll('-', '').slice(-6)).every((date, _, all) => date === all[0])
    : sameValue(name, wanted, read);

/** What became of a field whose truth is known. */
export function outcomeOf({ read, truth }: ReadSample, name: FieldName): Outcome | undefined {
  const wanted = truth[name];
  if (wanted === undefined) return undefined;
  const field = read?.fields[name];
  if (!field) return 'absent';
  if (isSame(name, wanted, field.value)) return 'right';
  return field.confidence >= SURE ? 'sure but wrong' : 'wrong';
}
