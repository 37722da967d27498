import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { prompts } from '../../../lambdas/domain/challenge.ts';
import { cueAt, cuesOf } from '../../../layers/site/capture/camera/challenge-script.ts';
import { typeOf, unfit } from '../../../layers/site/capture/camera/file-check.ts';
import { troubleOf } from '../../../layers/site/capture/camera/trouble.ts';
import { insetOf, seenThrough } from '../../../layers/site/capture/camera/view.ts';
import { announce, HOLD_MS, heldShare, hold, silence } from '../../../layers/site/capture/quality/hold.ts';
import { judgeDocument, judgeFace } from '../../../layers/site/capture/quality/judge.ts';

describe('hints', () => {
  const document = { light: 130, glare: 0, sharpness: 0.4, motion: 1, sides: 4 };
  const face = { light: 130, glare: 0, sharpness: 0.1, motion: 2 };
  const one = { width: 0.6, centreX: 0.5, centreY: 0.5 };

  it.each([
    [{}, 'good'],
    [{ sides: 3 }, 'good'],
    [{ light: 20 }, 'dark'],
    [{ light: 240 }, 'bright'],
    [{ sides: 2 }, 'frame'],
    [{ glare: 0.1 }, 'glare'],
    [{ motion: 20 }, 'steady'],
    [{ motion: Number.POSITIVE_INFINITY }, 'steady'],
    [{ sharpness: 0.01 }, 'blur'],
    [{ light: 20, sides: 0, motion: 50, sharpness: 0 }, 'dark'],
  ] as const)('of a document %j: %s', (change, hint) => {
    expect(judgeDocument({ ...document, ...change })).toBe(hint);
  });

  it.each([
    [{}, 'good'],
    [{ light: 20 }, 'dark'],
    [{ motion: 30 }, 'steady'],
    [{ sharpness: 0 }, 'blur'],
    [{ faces: [] }, 'oval'],
    [{ faces: [one] }, 'good'],
    [{ faces: [one, one] }, 'one'],
    [{ faces: [{ ...one, width: 0.2 }] }, 'far'],
    [{ faces: [{ ...one, width: 0.95 }] }, 'near'],
    [{ faces: [{ ...one, centreX: 0.9 }] }, 'oval'],
  ] as const)('of a face %j: %s', (change, hint) => {
    expect(judgeFace({ ...face, ...change })).toBe(hint);
  });
});

describe('the picture that is taken by itself', () => {
  it('is taken when all has been well for 0.8 s, and not sooner', () => {
    let since = hold(undefined, true, 1000);
    expect(heldShare(since, 1000 + HOLD_MS / 2)).toBe(0.5);
    since = hold(since, true, 1000 + HOLD_MS - 1);
    expect(heldShare(since, 1000 + HOLD_MS - 1)).toBeLessThan(1);
    expect(heldShare(since, 1000 + HOLD_MS)).toBe(1);
  });

  it('begins anew with the first look that is not good', () => {
    const since = hold(hold(undefined, true, 0), false, 700);
    expect(heldShare(hold(since, true, 750), 900)).toBeLessThan(0.5);
  });
});

describe('what a screen reader is told', () => {
  it('follows what stays, and is never told faster than every two seconds', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('dark', 'blur', 'good'), { minLength: 50, maxLength: 200 }), (hints) => {
        let state = silence;
        const spokenAt: number[] = [];
        hints.forEach((hint, i) => {
          const next = announce(state, hint, i * 125);
          if (next.spoken !== state.spoken) spokenAt.push(i * 125);
          state = next;
        });
        for (const [i, at] of spokenAt.entries())
          if (i > 0) expect(at - (spokenAt[i - 1] ?? 0)).toBeGreaterThanOrEqual(2000);
      }),
    );
    let state = silence;
    for (let at = 0; at <= 1000; at += 125) state = announce(state, 'dark', at);
    expect(state.spoken).toBe('dark');
  });
});

describe('the cues of a challenge', () => {
  const challenge = fc.array(fc.constantFrom(...prompts), { maxLength: 4 });

  it('begin straight ahead, show each prompt long enough, and make a video of 5 to 8 s', () => {
    fc.assert(
      fc.property(challenge, (asked) => {
        const cues = cuesOf(asked);
        expect(cues.map(({ show }) => show)).toEqual(['straight', ...asked, 'done']);
        for (const [i, { fromMs, untilMs }] of cues.entries()) {
          expect(fromMs).toBe(i === 0 ? 0 : cues[i - 1]?.untilMs);
          if (i < cues.length - 1) expect(untilMs - fromMs).toBeGreaterThanOrEqual(1390);
        }
        const length = cues.at(-1)?.untilMs ?? 0;
        expect(length).toBeGreaterThanOrEqual(4990);
        expect(length).toBeLessThanOrEqual(8001);
      }),
    );
  });

  it('are one at a time, and over at the end', () => {
    const cues = cuesOf(['turn_left', 'smile']);
    expect(cueAt(cues, 0)?.show).toBe('straight');
    expect(cueAt(cues, (cues[1]?.fromMs ?? 0) + 1)?.show).toBe('turn_left');
    expect(cueAt(cues, cues.at(-1)?.untilMs ?? 0)).toBeUndefined();
  });
});

describe('what the screen shows of a camera’s picture', () => {
  it('is cut at the sides where the view is higher', () => {
    const view = { width: 400, height: 800 };
    const whole = { x: 0, y: 0, ...view };
    expect(seenThrough({ width: 1600, height: 800 }, view, whole)).toEqual({ x: 600, y: 0, width: 400, height: 800 });
  });

  it('never leaves the picture, whatever is framed', () => {
    const size = fc.record({ width: fc.integer({ min: 1, max: 4000 }), height: fc.integer({ min: 1, max: 4000 }) });
    const place = fc.record({ x: fc.integer({ min: -500, max: 500 }), y: fc.integer({ min: -500, max: 500 }) });
    fc.assert(
      fc.property(size, size, size, place, (picture, view, frame, at) => {
        const box = seenThrough(picture, view, { ...at, ...frame }, 0.1);
        expect(box.x).toBeGreaterThanOrEqual(0);
        expect(box.y).toBeGreaterThanOrEqual(0);
        expect(box.x + box.width).toBeLessThanOrEqual(picture.width + 1);
        expect(box.y + box.height).toBeLessThanOrEqual(picture.height + 1);
      }),
    );
  });

  it('a margin around the frame leaves the frame where it was', () => {
    const [picture, view] = [
      { width: 1000, height: 1000 },
      { width: 500, height: 500 },
    ];
    const frame = { x: 100, y: 150, width: 300, height: 200 };
    const [box, inner] = [seenThrough(picture, view, frame, 0.1), seenThrough(picture, view, frame)];
    const { insetX, insetY } = insetOf(box, inner);
    expect(insetX).toBeCloseTo(60 / 720, 5);
    expect(insetY).toBeCloseTo(60 / 520, 5);
  });
});

describe('a camera that cannot be used', () => {
  it.each([
    ['NotAllowedError', 'denied'],
    ['SecurityError', 'denied'],
    ['NotFoundError', 'absent'],
    ['OverconstrainedError', 'absent'],
    ['NotReadableError', 'busy'],
    ['TypeError', 'failed'],
  ])('%s: %s', (name, trouble) => {
    expect(troubleOf(Object.assign(new Error(''), { name }), true)).toBe(trouble);
  });

  it('is a matter of the page where it may not even ask', () => {
    expect(troubleOf(undefined, false)).toBe('insecure');
    expect(troubleOf(undefined, true)).toBe('failed');
  });
});

describe('a file that was chosen', () => {
  const file = { size: 1000, type: 'image/jpeg', name: 'a.jpg' };

  it.each([
    ['id_photo', {}, undefined],
    ['id_photo', { type: 'application/pdf', name: 'a.pdf' }, 'fileNoPhoto'],
    ['id_photo', { type: 'image/svg+xml', name: 'a.svg' }, 'fileNoPhoto'],
    ['id_photo', { type: '', name: 'IMG_1.HEIC' }, undefined],
    ['id_photo', { size: 0 }, 'fileEmpty'],
    ['id_photo', { type: 'video/mp4' }, 'fileNoPhoto'],
    ['id_photo', { size: 11_000_000 }, 'fileLarge'],
    ['selfie_video', { type: 'video/quicktime', name: 'a.mov' }, undefined],
    ['selfie_video', {}, 'fileNoVideo'],
    ['selfie_video', { type: '', name: 'a.exe' }, 'fileNoVideo'],
    ['selfie_video', { type: 'video/mp4', size: 53_000_000 }, 'fileLarge'],
  ] as const)('for %s %j: %s', (kind, change, key) => {
    expect(unfit(kind, { ...file, ...change })?.key).toBe(key);
  });

  it('has the type that it says, or that its name says, and the server takes', () => {
    expect(typeOf('id_photo', { ...file, type: '', name: 'IMG.1.HEIC' })).toBe('image/heic');
    expect(typeOf('selfie_video', { ...file, type: '', name: 'clip.MOV' })).toBe('video/quicktime');
    expect(typeOf('selfie_video', { ...file, type: 'video/webm;codecs=vp8' })).toBe('video/webm');
    expect(typeOf('selfie_video', { ...file, type: '', name: 'mov' })).toBe('video/quicktime');
    expect(typeOf('id_photo', { ...file, type: '', name: 'photo' })).toBeUndefined();
  });
});
