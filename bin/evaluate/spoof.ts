/** Photos of live people and of attacks: how often passive liveness takes one for the other (ISO/IEC 30107-3's rates). */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { UsageError } from '../terminal/command-error.ts';
import { picturesIn } from './labels.ts';
import { wilson } from './metrics.ts';
import type { SpoofKind, SpoofReport } from './report.ts';
import type { ReadPhotos } from './run-engine.ts';

export interface SpoofPhotos {
  /** Absolute. */
  readonly folder: string;
  /** Names by kind: `live`, and each kind of attack. */
  readonly kinds: ReadonlyMap<string, readonly string[]>;
}

const LIVE = 'live';

/**
 * Reads a folder with a folder `live` and one for each kind of attack; or one whose files say in their names which they
 * are: `…_T1.jpg` live, `…_F2.jpg` an attack.
 * @throws UsageError unless there are live photos and attacks
 */
export function readSpoofs(path: string): SpoofPhotos {
  const folder = resolve(path);
  if (!existsSync(folder) || !statSync(folder).isDirectory()) throw new UsageError(`There is no folder ${path}.`);
  const entries = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const kinds = new Map(
    entries.map(({ name }) => [name, picturesIn(join(folder, name)).map((file) => join(name, file))] as const),
  );
  if (kinds.size === 0) {
    for (const name of picturesIn(folder)) {
      const said = /_([TF])\d*\.\w+$/.exec(name)?.[1];
      if (said === undefined)
        throw new UsageError(`${path}: ${name} does not say whether it is live (_T) or not (_F).`);
      const kind = said === 'T' ? LIVE : 'attack';
      kinds.set(kind, [...(kinds.get(kind) ?? []), name]);
    }
  }
  for (const [kind, names] of kinds) if (names.length === 0) kinds.delete(kind);
  if (!kinds.has(LIVE) || kinds.size < 2) {
    throw new UsageError(`${path}: expected photos in a folder live and in one for each kind of attack.`);
  }
  return { folder, kinds };
}

/**
 * A photo without a face, or with one too small to judge, is no error of either kind: it is counted beside.
 * @param threshold least score of a live face, 0..1
 */
export function spoofReport({ folder, kinds }: SpoofPhotos, photos: ReadPhotos, threshold: number): SpoofReport {
  const read = new Map(photos.read.map((photo) => [photo.name, photo]));
  const unread = new Map(photos.unread.map(({ name, reason }) => [name, reason]));
  const kindReport = (kind: string, names: readonly string[]): SpoofKind => {
    const scores: number[] = [];
    const notMeasured: { readonly name: string; readonly reason: string }[] = [];
    for (const name of names) {
      const liveness = read.get(name)?.liveness ?? { unavailable: unread.get(name) ?? 'not read' };
      if ('value' in liveness) scores.push(liveness.value);
      else notMeasured.push({ name, reason: liveness.unavailable });
    }
    const errors = scores.filter((score) => score >= threshold !== (kind === LIVE)).length;
    const measured = scores.length;
    if (measured === 0) return { kind, measured, errors, notMeasured };
    const rate = { rate: errors / measured, interval: wilson(errors, measured) };
    return { kind, measured, errors, rate, notMeasured };
  };
  const attacks = [...kinds].filter(([kind]) => kind !== LIVE);
  return {
    source: folder,
    threshold,
    live: kindReport(LIVE, kinds.get(LIVE) ?? []),
    attacks: attacks.map(([kind, names]) => kindReport(kind, names)),
  };
}
