import { seededRandom } from '../../bin/evaluate/seeded-random.ts';
import { CONDITIONS } from '../../bin/specimen/conditions.ts';
import { demoFace } from '../../bin/specimen/faces.ts';
import { photographed } from '../../bin/specimen/photo.ts';
import { randomHolder } from '../../bin/specimen/random-holder.ts';
import { specimen, specimenLines } from '../../bin/specimen/specimen.ts';
import type { MrzFormat, MrzReading } from '../../lambdas/domain/evidence.ts';
import { parseMrz } from '../../lambdas/domain/mrz.ts';
import { MRZ_LAYOUTS } from '../../lambdas/domain/mrz-layout.ts';
import { createDocumentEngine } from '../../lambdas/vision/document/engine.ts';
import { decodePicture } from '../../lambdas/vision/image.ts';
import { ensureModels, modelsFolder } from '../../models/ensure.ts';
import { type Figure, percentile } from './figure.ts';

const COUNT = Number(process.env.SPECIMENS ?? 1000);
/** Of these the age, the identity and the validity hang. */
const KEY_FIELDS = ['documentNumber', 'birthDate', 'expiryDate'] as const;

type Outcome = 'exact' | 'key fields right' | 'wrong' | 'wrong, and every check digit holds' | 'no zone';

function outcomeOf(lines: readonly string[], format: MrzFormat, mrz: MrzReading | undefined): Outcome {
  if (!mrz) return 'no zone';
  if (mrz.lines.join('\n') === lines.join('\n')) return 'exact';
  const truth = parseMrz(format, lines);
  if (mrz.format === format && KEY_FIELDS.every((field) => mrz.fields[field] === truth[field]))
    return 'key fields right';
  return Object.values(mrz.checks).every(Boolean) ? 'wrong, and every check digit holds' : 'wrong';
}

/** What is drawn, and below it what is read. */
const missOf = (title: string, lines: readonly string[], mrz: MrzReading | undefined): string =>
  [title, ...lines.flatMap((line, i) => [`  ${line}`, `> ${mrz?.lines[i] ?? ''}`])].join('\n');

/**
 * Documents of made-up holders, drawn in every format and photographed under every condition in turn, one in eight with a check digit that
 * is wrong: read, and held against what was drawn. `SPECIMENS` sets how many; each has a seed of its own, so that `selfsame specimen` draws it again.
 */
export async function benchSpecimens(): Promise<Figure[]> {
  await ensureModels();
  const engine = await createDocumentEngine({ folder: modelsFolder(), threads: 1 });
  const portrait = await demoFace('portrait');
  const formats = Object.keys(MRZ_LAYOUTS) as MrzFormat[];
  const counts = new Map<string, Map<Outcome, number>>();
  const count = (group: string, outcome: Outcome) => {
    const outcomes = counts.get(group) ?? new Map<Outcome, number>();
    counts.set(group, outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1));
  };
  const times: number[] = [];
  let [broken, flagged] = [0, 0];
  for (let seed = 0; seed < COUNT; seed++) {
    const random = seededRandom(seed);
    const format = formats[seed % formats.length] as MrzFormat;
    const condition = CONDITIONS[Math.floor(seed / formats.length) % CONDITIONS.length] ?? 'plain';
    const fields = randomHolder(format, random);
    const options = { format, fields, portrait, brokenCheckDigit: seed % 8 === 7 && ('birthDate' as const) };
    const photo = await photographed(await specimen(options), condition, random);
    const picture = await decodePicture(photo);
    if (!picture.ok) throw new Error(picture.error);
    const start = performance.now();
    const { mrz } = await engine.read(picture.value, 'zone');
    times.push(performance.now() - start);
    if (seed % 100 === 99) console.error(`${seed + 1} of ${COUNT}`);
    const lines = specimenLines(options);
    const outcome = outcomeOf(lines, format, mrz);
    for (const group of ['all', condition, format]) count(group, outcome);
    if (outcome !== 'exact') console.error(missOf(`${outcome}: seed ${seed}, ${format}, ${condition}`, lines, mrz));
    if (!options.brokenCheckDigit) continue;
    broken++;
    if (mrz?.checks.birthDate === false && !mrz.corrected) flagged++;
  }
  await engine.close();
  const share = (group: string, ...outcomes: Outcome[]) => {
    const of = counts.get(group) ?? new Map<Outcome, number>();
    const total = [...of.values()].reduce((sum, n) => sum + n, 0);
    return { value: (100 * outcomes.reduce((sum, outcome) => sum + (of.get(outcome) ?? 0), 0)) / total, total };
  };
  return [
    ...[...counts.keys()].flatMap((group): Figure[] => {
      const [exact, right] = [share(group, 'exact'), share(group, 'exact', 'key fields right')];
      return [
        { name: `${group}: exact to the character`, value: exact.value, unit: `% of ${exact.total}` },
        { name: `${group}: number, birth date and expiry right`, value: right.value, unit: `% of ${right.total}` },
      ];
    }),
    ...(['wrong', 'wrong, and every check digit holds', 'no zone'] as const).map((outcome) => ({
      name: outcome,
      value: counts.get('all')?.get(outcome) ?? 0,
      unit: 'documents',
    })),
    { name: 'wrong check digits told, and not repaired', value: flagged, unit: `of ${broken}` },
    { name: 'a reading, p50', value: percentile(times, 0.5), unit: 'ms' },
    { name: 'a reading, p95', value: percentile(times, 0.95), unit: 'ms' },
  ];
}
