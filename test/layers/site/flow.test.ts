import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextStep, resumeAt, retakes, stepBefore, stepsOf } from '../../../layers/site/capture/flow.ts';
import { minutesLeft } from '../../../layers/site/capture/time-left.ts';
import { kinds, type Session } from '../../../layers/site/capture/wire.ts';

const session = (change: Partial<Session> = {}): Session => ({
  check_id: '1',
  expires_at: '2030-01-01T00:00:00.000Z',
  status: 'open',
  partner: { name: 'Acme' },
  consent: { version: '1', given: false },
  challenge: [],
  uploads: { id_photo: false, id_back: false, selfie_video: false },
  attempts_left: 5,
  back_wanted: false,
  retention_days: 7,
  ...change,
});
const agreed = { consent: { version: '1', given: true } };

describe('the way through the page', () => {
  it('asks for the back only where it is wanted', () => {
    expect(stepsOf(session())).toEqual(['welcome', 'consent', 'id_photo', 'selfie_video', 'send']);
    expect(stepsOf(session({ back_wanted: true }))).toContain('id_back');
  });

  it('P-09 goes on where it was: at the first thing that is missing, here and with the server', () => {
    expect(resumeAt(session(), {})).toBe('welcome');
    expect(resumeAt(session(agreed), {})).toBe('id_photo');
    expect(resumeAt(session(agreed), { id_photo: true })).toBe('selfie_video');
    expect(resumeAt(session({ ...agreed, uploads: { id_photo: true, id_back: false, selfie_video: false } }), {})).toBe(
      'selfie_video',
    );
    expect(resumeAt(session(agreed), { id_photo: true, selfie_video: true })).toBe('send');
  });

  it('never goes on without consent, and never sends before all is there', () => {
    const flags = fc.record({ id_photo: fc.boolean(), id_back: fc.boolean(), selfie_video: fc.boolean() });
    fc.assert(
      fc.property(flags, flags, fc.boolean(), fc.boolean(), (have, uploads, given, back_wanted) => {
        const one = session({ uploads, back_wanted, consent: { version: '1', given } });
        const at = resumeAt(one, have);
        if (!given) expect(at).toBe('welcome');
        const complete = kinds
          .filter((kind) => kind !== 'id_back' || back_wanted)
          .every((kind) => have[kind] || uploads[kind]);
        if (given) expect(at === 'send').toBe(complete);
        // From step to step everybody comes to the end.
        let step = at;
        for (let i = 0; step !== 'send' && i < 9; i += 1) step = nextStep(step, one, { ...have, [step]: true });
        expect(step).toBe('send');
      }),
    );
  });

  it('leads back, but not into a consent that was given, nor away from files on their way', () => {
    expect(stepBefore('welcome', session())).toBeUndefined();
    expect(stepBefore('consent', session())).toBe('welcome');
    expect(stepBefore('id_photo', session(agreed))).toBe('welcome');
    expect(stepBefore('selfie_video', session(agreed))).toBe('id_photo');
    expect(stepBefore('send', session(agreed))).toBeUndefined();
  });
});

describe('the end of a session', () => {
  it('is told of three minutes before, and not sooner', () => {
    const at = (seconds: number) => minutesLeft(1_000_000, 1_000_000 - seconds * 1000);
    expect([600, 181, 180, 121, 60, 1, 0, -5].map(at)).toEqual([
      undefined,
      undefined,
      3,
      3,
      1,
      1,
      undefined,
      undefined,
    ]);
  });
});

describe('what is taken again', () => {
  const rejected = { status: 'rejected', retry: true } as const;

  it('is what the server names', () => {
    expect(retakes({ ...rejected, reasons: ['video_too_short'], which: 'selfie_video' }, session())).toEqual([
      'selfie_video',
    ]);
  });

  it('is what the reasons are about, and all where they are about both or neither', () => {
    expect(retakes({ ...rejected, reasons: ['challenge_not_followed'] }, session())).toEqual(['selfie_video']);
    expect(retakes({ ...rejected, reasons: ['document_quality_low'] }, session({ back_wanted: true }))).toEqual([
      'id_photo',
      'id_back',
    ]);
    expect(retakes({ ...rejected, reasons: ['document_quality_low', 'no_face_in_selfie'] }, session())).toEqual([
      'id_photo',
      'selfie_video',
    ]);
    expect(retakes({ ...rejected, reasons: [] }, session())).toEqual(['id_photo', 'selfie_video']);
  });
});
