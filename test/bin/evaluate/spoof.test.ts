import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReadPhoto } from '../../../bin/evaluate/run-engine.ts';
import { readSpoofs, spoofReport } from '../../../bin/evaluate/spoof.ts';
import { type Measure, measured, unavailable } from '../../../lambdas/domain/evidence.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'selfsame-spoof-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

let count = 0;
function folderOf(names: readonly string[]): string {
  const made = join(folder, String(count++));
  mkdirSync(made);
  for (const name of names) {
    mkdirSync(join(made, name, '..'), { recursive: true });
    writeFileSync(join(made, name), '');
  }
  return made;
}

const photo = (name: string, liveness: Measure): ReadPhoto => ({
  ...{ name, faces: 1, liveness, decodeMs: 1, engineMs: 1 },
  template: { modelSet: 'any', vector: new Float32Array(128) },
});

describe('photos of live people and attacks', () => {
  it('are told by their folders, or by _T and _F in their names', () => {
    const byFolder = readSpoofs(folderOf(['live/a.jpg', 'print/b.jpg', 'print/c.png', 'screen/d.jpg', 'empty/e.txt']));
    expect([...byFolder.kinds]).toEqual([
      ['live', ['live/a.jpg']],
      ['print', ['print/b.jpg', 'print/c.png']],
      ['screen', ['screen/d.jpg']],
    ]);
    const byName = readSpoofs(folderOf(['image_T1.jpg', 'image_F1.jpg', 'image_F2.jpg']));
    expect(Object.fromEntries(byName.kinds)).toEqual({
      live: ['image_T1.jpg'],
      attack: ['image_F1.jpg', 'image_F2.jpg'],
    });
  });

  it.each([
    ['no folder', () => join(folder, 'nowhere'), 'There is no folder'],
    ['no live photos', () => folderOf(['print/a.jpg', 'screen/b.jpg']), 'expected photos in a folder live'],
    ['no attacks', () => folderOf(['live/a.jpg']), 'expected photos in a folder live'],
    ['a name that says nothing', () => folderOf(['a_T1.jpg', 'b.jpg']), 'b.jpg does not say whether'],
  ])('are refused: %s', (_, path, message) => {
    expect(() => readSpoofs(path())).toThrow(message);
  });

  it('give BPCER and APCER by kind; what could not be judged is no error, and is named', () => {
    const spoofs = readSpoofs(folderOf(['live/a.jpg', 'live/b.jpg', 'print/c.jpg', 'print/d.jpg', 'screen/e.jpg']));
    const report = spoofReport(
      spoofs,
      {
        read: [
          photo('live/a.jpg', measured(0.9)),
          photo('live/b.jpg', measured(0.54)),
          photo('print/c.jpg', measured(0.55)),
          photo('print/d.jpg', unavailable('The face is too small.')),
        ],
        unread: [{ name: 'screen/e.jpg', reason: 'no_face' }],
      },
      0.55,
    );
    expect(report.live).toMatchObject({ measured: 2, errors: 1, rate: { rate: 0.5 }, notMeasured: [] });
    expect(report.attacks).toEqual([
      {
        ...{ kind: 'print', measured: 1, errors: 1, rate: { rate: 1, interval: [expect.closeTo(0.2065, 4), 1] } },
        notMeasured: [{ name: 'print/d.jpg', reason: 'The face is too small.' }],
      },
      { kind: 'screen', measured: 0, errors: 0, notMeasured: [{ name: 'screen/e.jpg', reason: 'no_face' }] },
    ]);
  });
});
