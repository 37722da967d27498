import { describe, expect, test } from 'vitest';
import {
  assessHosted,
  type HostedEvidence,
  neutralOf,
  upright,
  uprightness,
} from '../../lambdas/domain/assess-hosted.ts';
import { type FrameRelation, measured, unavailable } from '../../lambdas/domain/evidence.ts';
import { decide, type Policy } from '../../lambdas/domain/verdict.ts';
import { defaultPolicy, document, face, faces, mrz } from '../support/evidence.ts';

const related = (change: Partial<FrameRelation> = {}): FrameRelation => ({
  samePerson: measured(0.96),
  parallax: measured(0.2),
  difference: 0.3,
  ...change,
});
/** A face as it is in another frame. */
const frame = (place: number, change = {}) => face({ fingerprint: String(place % 8).repeat(64), ...change });
const eight = Array.from({ length: 8 }, (_, place) => frame(place));

const aside = [...eight.slice(0, 7), frame(7, { pose: { yaw: -24, pitch: 0, roll: 0 } })];

/** Print of 300 by 120 pixels at 0, 0, and the middle of a face of 80 so far below its top. */
const heldUp = (middle: number): HostedEvidence['front'] => {
  const lines = [0, 50, 100].map((y) => ({ text: 'PRINT', confidence: 0.9, box: { x: 0, y, width: 300, height: 20 } }));
  const portrait = face({ fingerprint: 'f'.repeat(64), box: { x: -60, y: middle - 40, width: 80, height: 80 } });
  return { reading: { document: document({ lines }), portrait: { ...faces(1), face: portrait } } };
};

/** Somebody of whom nothing but good was measured. */
const good = (change: Partial<HostedEvidence> = {}): HostedEvidence => ({
  front: { reading: { document: document(), portrait: { ...faces(1), face: face({ fingerprint: 'f'.repeat(64) }) } } },
  counts: Array(8).fill(1),
  faces: eight,
  neutral: 0,
  relations: Array(7).fill(related()),
  similarities: Array(5).fill(measured(0.93)),
  today: { year: 2026, month: 11, day: 20 },
  ...change,
});
const judge = (change: Partial<HostedEvidence> = {}, policy: Policy = defaultPolicy) => {
  const { signals, flags } = assessHosted(good(change), policy);
  const verdict = decide(signals, flags, policy);
  return { decision: verdict.decision, flags: verdict.flags, signals: verdict.signals };
};
const relations = (change: Partial<FrameRelation>, place = 6) =>
  Array.from({ length: 7 }, (_, i) => related(i === place ? change : {}));

describe('a verdict on a video and a document', () => {
  test('nothing but good: approved, and it says that nothing was asked of the person', () => {
    const { decision, flags, signals } = judge();
    expect({ decision, flags }).toEqual({ decision: 'approved', flags: [] });
    expect(signals.find(({ name }) => name === 'challenge')).toMatchObject({ passed: false, ceiling: 1 });
  });

  test.each<[string, Partial<HostedEvidence>, string, readonly string[]]>([
    [
      'no face in the video',
      { counts: Array(8).fill(0), faces: [], relations: [], similarities: [] },
      'rejected',
      ['no_face_in_selfie'],
    ],
    [
      'a face in four frames of eight',
      { counts: [1, 1, 1, 1, 0, 0, 0, 0], faces: eight.slice(0, 4), relations: relations({}).slice(0, 3) },
      'review',
      ['face_often_missing'],
    ],
    [
      'a face in six frames of sixteen',
      { counts: [...Array(6).fill(1), ...Array(10).fill(0)] },
      'review',
      ['face_often_missing'],
    ],
    ['a second face in one frame of sixteen', { counts: [2, ...Array(15).fill(1)] }, 'approved', []],
    [
      'a second face in two frames of eight',
      { counts: [2, 2, 1, 1, 1, 1, 1, 1] },
      'review',
      ['multiple_faces_in_selfie'],
    ],
    [
      'somebody else in one clear frame',
      { relations: relations({ samePerson: measured(0.1) }) },
      'rejected',
      ['person_changed'],
    ],
    ['a doubt in one frame', { relations: relations({ samePerson: measured(0.7) }) }, 'review', []],
    [
      'a doubt in a frame in which little can be seen',
      {
        faces: [...eight.slice(0, 7), frame(7, { quality: 0.1 })],
        relations: relations({ samePerson: measured(0.1) }),
      },
      'review',
      [],
    ],
    [
      'a doubt in a frame in which the head is turned',
      { faces: aside, relations: relations({ samePerson: measured(0.6) }) },
      'approved',
      [],
    ],
    [
      'somebody else, with the head turned',
      { faces: aside, relations: relations({ samePerson: measured(0.4) }) },
      'rejected',
      ['person_changed'],
    ],
    [
      'one picture all the time',
      { faces: Array(8).fill(frame(0)), relations: relations({ parallax: measured(0) }) },
      'rejected',
      ['still_picture'],
    ],
    [
      'nothing that turns',
      { relations: Array(7).fill(related({ parallax: measured(0.05) })) },
      'review',
      ['head_did_not_turn'],
    ],
    [
      'faces that are not alike',
      { similarities: [0.2, 0.3, 0.2, 0.9, 0.1].map(measured) },
      'rejected',
      ['face_mismatch'],
    ],
    [
      'one of five pictures that is not alike',
      { similarities: [0.93, 0.94, 0.92, 0.95, 0.1].map(measured) },
      'approved',
      [],
    ],
    [
      'no face on the document',
      { front: { reading: { document: document(), portrait: faces(0) } }, similarities: [] },
      'rejected',
      ['no_face_in_id_photo'],
    ],
    [
      'no document around the face',
      {
        front: {
          reading: {
            document: {
              found: false,
              ocrConfidence: unavailable('No text.'),
              quality: unavailable('None.'),
              reasons: [],
              lines: [],
              stages: {},
            },
            portrait: faces(1),
          },
        },
      },
      'review',
      ['document_not_recognised', 'same_image'],
    ],
    ['the face of somebody who holds a document up', { front: heldUp(-260) }, 'review', ['no_face_in_document']],
    ['a portrait beside its print', { front: heldUp(20) }, 'approved', []],
    [
      'an expired document',
      { front: { reading: { document: document({ mrz: mrz({}, { expiryDate: '200101' }) }), portrait: faces(1) } } },
      'rejected',
      ['document_expired', 'same_image'],
    ],
    ['a back that cannot be looked at', { back: { fault: 'image_truncated' } }, 'review', ['document_back_unreadable']],
    [
      'a print or a screen',
      { faces: eight.map((one) => ({ ...one, liveness: measured(0.1) })) },
      'rejected',
      ['liveness_failed'],
    ],
    [
      'S-05 liveness that nobody can judge',
      { faces: eight.map((one) => ({ ...one, liveness: unavailable('No model.') })) },
      'review',
      ['liveness_unavailable'],
    ],
    [
      'one frame that looks like a print',
      { faces: [frame(0, { liveness: measured(0.1) }), ...eight.slice(1)] },
      'approved',
      [],
    ],
  ])('%s', (_, change, decision, flags) => {
    expect(judge(change)).toMatchObject({ decision, flags });
  });

  test('what was asked is looked for in the frames after the neutral one, in its order', () => {
    const turned = [0, 1, 14, 15, 2, 1, 0, 0].map((yaw, place) =>
      frame(place, { pose: { yaw, pitch: place > 5 ? 14 : 0, roll: 0 } }),
    );
    expect(judge({ faces: turned, challenge: ['turn_left', 'look_up'] })).toMatchObject({
      decision: 'approved',
      flags: [],
    });
    expect(judge({ faces: turned, challenge: ['look_up', 'turn_left'] })).toMatchObject({
      decision: 'rejected',
      flags: ['challenge_not_followed'],
    });
    // Had the third frame been the neutral one, the turn would lie behind it.
    expect(judge({ faces: turned, neutral: 5, challenge: ['turn_left', 'look_up'] }).flags).toContain(
      'challenge_not_followed',
    );
  });

  test('S-05 where no engine follows a head, a person looks whether what was asked was done', () => {
    const blind = Array(7).fill(related({ parallax: unavailable('No points.') }));
    expect(judge({ relations: blind, challenge: ['turn_left', 'smile'] })).toMatchObject({
      decision: 'review',
      flags: [],
    });
  });
});

describe('the frame that others are measured against', () => {
  test('is the first that is nearly as clear as the clearest', () => {
    expect(neutralOf([0.3, 0.7, 0.9, 1].map((quality) => face({ quality })))).toBe(2);
    expect(neutralOf([0.2, 0.1].map((quality) => face({ quality })))).toBe(0);
    expect(neutralOf([])).toBe(0);
  });

  test('heads stand upright, lie aside or are not there', () => {
    const standing = (roll: number, quality = 0.9) => ({
      faces: 1,
      face: face({ quality, pose: { yaw: 0, pitch: 0, roll } }),
      stages: {},
    });
    expect(uprightness([standing(10), standing(-20)])).toBeGreaterThan(upright);
    expect(uprightness([standing(90), standing(175), standing(0, 0.3)])).toBeLessThan(upright);
    expect(uprightness([faces(0)])).toBe(0);
    expect(uprightness([])).toBe(0);
  });
});
