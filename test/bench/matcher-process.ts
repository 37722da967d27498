// One face matcher in a process of its own, driven over IPC: `matcher-process.ts <matcher>`.
import { readFileSync } from 'node:fs';
import type { FaceMatcher } from './face-matcher.ts';
import { ownMatcher } from './own-matcher.ts';
import { faceApiMatcher } from './peers/face-api.ts';
import { humanMatcher } from './peers/human.ts';

/** Verify two photos, or score all pairs of some; paths of files. */
export type Order = { readonly verify: readonly [string, string] } | { readonly scorePairsOf: readonly string[] };

export type Reply =
  | { readonly ready: boolean }
  | { readonly ms: number; readonly cpuMs: number; readonly decodeMs: number }
  /** Scores of photo i with photo j > i, row by row; null where one of them shows no face. */
  | { readonly scores: readonly (number | null)[] };

type Loaded = FaceMatcher<unknown> | undefined;

const load: Readonly<Record<string, () => Promise<Loaded>>> = {
  full: () => ownMatcher('full') as Promise<Loaded>,
  recognition: () => ownMatcher('recognition') as Promise<Loaded>,
  npm: () => ownMatcher('npm') as Promise<Loaded>,
  human: () => humanMatcher('as they come') as Promise<Loaded>,
  'human-shrunk': () => humanMatcher('shrunk to 1,024 pixels') as Promise<Loaded>,
  'face-api-ssd': () => faceApiMatcher('ssdMobilenetv1', 'as they come') as Promise<Loaded>,
  'face-api-ssd-shrunk': () => faceApiMatcher('ssdMobilenetv1', 'shrunk to 1,024 pixels') as Promise<Loaded>,
  'face-api-tiny': () => faceApiMatcher('tinyFaceDetector', 'as they come') as Promise<Loaded>,
  'face-api-tiny-shrunk': () => faceApiMatcher('tinyFaceDetector', 'shrunk to 1,024 pixels') as Promise<Loaded>,
};

const matcher = await load[process.argv[2] ?? '']?.();
const reply = (message: Reply) => process.send?.(message);

async function faceIn(file: string) {
  if (!matcher) throw new Error('asked without models');
  return matcher.embed(readFileSync(file));
}
const alike = (a: unknown, b: unknown) =>
  a === undefined || b === undefined ? null : (matcher?.similarity(a, b) ?? null);

process.on('message', async (order: Order) => {
  if ('verify' in order) {
    const [first, second] = order.verify;
    const start = performance.now();
    const before = process.cpuUsage();
    const [one, two] = [await faceIn(first), await faceIn(second)];
    alike(one.face, two.face);
    const { user, system } = process.cpuUsage(before);
    const cpuMs = (user + system) / 1000;
    reply({ ms: performance.now() - start, cpuMs, decodeMs: one.decodeMs + two.decodeMs });
    return;
  }
  const faces: unknown[] = [];
  for (const file of order.scorePairsOf) faces.push((await faceIn(file)).face);
  reply({ scores: faces.flatMap((face, i) => faces.slice(i + 1).map((other) => alike(face, other))) });
});
reply({ ready: matcher !== undefined });
