import { writeFile } from 'node:fs/promises';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { readDate } from '../../lambdas/domain/age.ts';
import type { MrzFields, MrzFormat } from '../../lambdas/domain/evidence.ts';
import { MRZ_LAYOUTS } from '../../lambdas/domain/mrz-layout.ts';
import { seededRandom } from '../evaluate/seeded-random.ts';
import { readPicture } from '../specimen/applicants.ts';
import { CONDITIONS, type Condition } from '../specimen/conditions.ts';
import { randomHolder } from '../specimen/random-holder.ts';
import { fields } from '../terminal/answer.ts';
import { CommandError } from '../terminal/command-error.ts';
import { readInteger } from './arguments.ts';
import { print } from './session.ts';

const BREAKABLE = ['documentNumber', 'birthDate', 'expiryDate', 'optionalData', 'composite'] as const;

/** Beside the formats of a zone: the back of a licence, which has a barcode instead. */
const LICENCE = 'AAMVA';

interface SpecimenCommand {
  readonly format: MrzFormat | typeof LICENCE;
  readonly condition?: Condition;
  readonly portrait?: string;
  readonly break?: (typeof BREAKABLE)[number];
  readonly seed?: number;
  readonly birthDate?: string;
  readonly expiryDate?: string;
  readonly out: string;
  readonly json?: true;
}

/** `2008-11-30` → `081130`. */
function readDay(text: string): string {
  if (readDate(text)?.day === undefined) throw new InvalidArgumentError('Expected a day, as 2008-11-30.');
  return text.slice(2).replaceAll('-', '');
}

export function addSpecimen(program: Command): void {
  program
    .command('specimen')
    .description('draw a document of Utopia that nobody owns, as JPEG; needs no running service')
    .addOption(
      new Option('--format <format>', `what its machine-readable zone is; ${LICENCE}: the barcode of a licence’s back`)
        .choices([...Object.keys(MRZ_LAYOUTS), LICENCE])
        .default('TD3'),
    )
    .addOption(new Option('--condition <condition>', 'a photo of it, spoilt in this way').choices(CONDITIONS))
    .option('--portrait <file>', 'photo of a face for its portrait')
    .addOption(new Option('--break <field>', 'a wrong check digit of this field').choices(BREAKABLE))
    .addOption(new Option('--seed <n>', 'a random holder, and a random photo of it').argParser(readInteger))
    .addOption(new Option('--birth-date <day>', 'as 2008-11-30').argParser(readDay))
    .addOption(new Option('--expiry-date <day>', 'as 2032-04-15').argParser(readDay))
    .option('--out <file>', 'where the JPEG goes', 'specimen.jpg')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<SpecimenCommand>();
      const drawn = await draw(options);
      await writeFile(options.out, drawn.jpeg).catch((error: NodeJS.ErrnoException) => {
        throw new CommandError(`${options.out} cannot be written: ${error.code}.`);
      });
      const file = { file: options.out, format: options.format, condition: options.condition };
      const { said, named } = drawn;
      print({ data: { ...file, ...said }, text: fields({ ...file, ...named }) }, options.json === true);
    });
}

interface Drawn {
  readonly jpeg: Buffer;
  /** What a machine reads on it, for programs and for people. */
  readonly said: { readonly lines: readonly string[] } | { readonly elements: Readonly<Record<string, string>> };
  readonly named: Readonly<Record<string, string>>;
}

async function draw(options: SpecimenCommand): Promise<Drawn> {
  const { format, condition, seed, birthDate, expiryDate } = options;
  const random = seededRandom(seed ?? 1);
  const holder: Partial<MrzFields> = {
    ...(seed !== undefined && randomHolder(format === LICENCE ? 'TD3' : format, random)),
    ...(birthDate !== undefined && { birthDate }),
    ...(expiryDate !== undefined && { expiryDate }),
  };
  const drawn = await (format === LICENCE ? drawLicence(holder, options) : drawZone(format, holder, options));
  if (!condition) return drawn;
  const { photographed } = await import('../specimen/photo.ts');
  return { ...drawn, jpeg: await photographed(drawn.jpeg, condition, random) };
}

// Loaded here, not above: what draws takes a moment to load, and no other command needs it.
async function drawZone(format: MrzFormat, holder: Partial<MrzFields>, asked: SpecimenCommand): Promise<Drawn> {
  const { specimen, specimenLines } = await import('../specimen/specimen.ts');
  const options = {
    format,
    fields: holder,
    ...(asked.break !== undefined && { brokenCheckDigit: asked.break }),
    ...(asked.portrait !== undefined && { portrait: await readPortrait(asked.portrait) }),
  };
  const lines = tried(() => specimenLines(options));
  const named = Object.fromEntries(lines.map((line, i) => [`line ${i + 1}`, line]));
  return { jpeg: await specimen(options), said: { lines }, named };
}

async function drawLicence(holder: Partial<MrzFields>, asked: SpecimenCommand): Promise<Drawn> {
  if (asked.break !== undefined) throw new CommandError(`${LICENCE} has no check digit for ${asked.break}`);
  if (asked.portrait !== undefined) throw new CommandError('The back of a licence has no portrait.');
  const { licence, licenceElements } = await import('../specimen/licence.ts');
  const elements = licenceElements(holder);
  return { jpeg: await licence(elements), said: { elements }, named: elements };
}

/** A format without the digit that was to be broken is wrong use, not a fault. */
function tried<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof RangeError) throw new CommandError(error.message);
    throw error;
  }
}

async function readPortrait(path: string): Promise<Uint8Array> {
  const bytes = await readPicture(path);
  const { default: sharp } = await import('sharp');
  await sharp(bytes)
    .metadata()
    .catch(() => {
      throw new CommandError(`${path} is no picture.`);
    });
  return bytes;
}
