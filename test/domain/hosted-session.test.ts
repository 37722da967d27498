import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Flag, flagSeverity } from '../../lambdas/domain/flags.ts';
import {
  checkIdOf,
  filesUntil,
  hostedStatus,
  isCheckId,
  resultOf,
  toRetake,
} from '../../lambdas/domain/hosted-session.ts';
import { mediaTypeOf } from '../../lambdas/domain/media-type.ts';
import { states } from '../../lambdas/domain/verification.ts';
import { aSession } from '../support/hosted.ts';

const hex = (length: number) =>
  fc
    .array(fc.constantFrom(...'0123456789abcdef'), { minLength: length, maxLength: length })
    .map((digits) => digits.join(''));

describe('hosted sessions', () => {
  test('P-27 ids of checks are version 4 UUIDs, whatever is drawn, and different draws give different ids', () => {
    fc.assert(
      fc.property(hex(32), (drawn) => {
        expect(isCheckId(checkIdOf(drawn))).toBe(true);
        expect(checkIdOf(drawn).replaceAll('-', '').slice(0, 12)).toBe(drawn.slice(0, 12));
      }),
    );
    expect(isCheckId('6C4F7A1E-0000-4000-8000-000000000000')).toBe(false);
    expect(isCheckId('6c4f7a1e-0000-1000-8000-000000000000')).toBe(false);
  });

  test('P-36 a session is open, then looked at, then done; a look whose time is over leaves it open', () => {
    expect(hostedStatus(aSession(), 5)).toBe('open');
    expect(hostedStatus(aSession({ busyUntil: 10 }), 9)).toBe('processing');
    expect(hostedStatus(aSession({ busyUntil: 10 }), 10)).toBe('open');
    expect(hostedStatus(aSession({ busyUntil: 10, doneAt: 7 }), 9)).toBe('done');
  });

  test('P-33 every state has one of three results', () => {
    for (const state of states) expect(['verified', 'rejected', 'needs_review']).toContain(resultOf(state));
    expect([resultOf('approved'), resultOf('rejected'), resultOf('review'), resultOf('failed')]).toEqual([
      ...['verified', 'rejected', 'needs_review', 'needs_review'],
    ]);
  });

  test('P-50 P-52 files are kept for the lesser of both times', () => {
    expect(filesUntil(1000, 60)).toBe(61_000);
    expect(filesUntil(0, 604_800, 2)).toBe(2 * 86_400_000);
    expect(filesUntil(0, 604_800, 30)).toBe(7 * 86_400_000);
  });

  test('P-09 nothing is taken again after an approval, a mismatch or a sign of an attack, whatever else was found', () => {
    const verdicts: readonly Flag[] = [
      'face_mismatch',
      'liveness_failed',
      'person_changed',
      'still_picture',
      'document_expired',
    ];
    const all = Object.keys(flagSeverity) as Flag[];
    fc.assert(
      fc.property(fc.subarray(all), fc.constantFrom(...verdicts), (flags, verdict) => {
        expect(toRetake({ decision: 'approved', flags })).toBeUndefined();
        expect(toRetake({ decision: 'rejected', flags: [...flags, verdict] })).toBeUndefined();
      }),
    );
    expect(toRetake({ decision: 'rejected', flags: ['no_face_in_selfie', 'mrz_corrected'] })).toEqual({
      slot: 'selfie_video',
      flags: ['no_face_in_selfie'],
    });
    expect(toRetake({ decision: 'review', flags: ['document_quality_low'] })?.slot).toBe('id_photo');
  });
});

test.each([
  ['image/jpeg', '\xff\xd8\xff\xe0'],
  ['image/png', '\x89PNG\r\n\x1a\n'],
  ['image/webp', 'RIFF\0\0\0\0WEBP'],
  ['image/tiff', 'MM\0*'],
  ['image/bmp', 'BM'],
  ['image/heic', '\0\0\0\x18ftypheic'],
  ['image/avif', '\0\0\0\x18ftypavif'],
  ['video/mp4', '\0\0\0\x18ftypisom'],
  ['video/quicktime', '\0\0\0\x14ftypqt  '],
  ['video/3gpp', '\0\0\0\x14ftyp3gp5'],
  ['video/webm', '\x1a\x45\xdf\xa3'],
  ['application/octet-stream', '<html><script>'],
  ['application/octet-stream', '<svg xmlns='],
  ['application/octet-stream', ''],
])('P-23 P-30 a file that is %s is told so by its bytes: never anything that runs', (type, bytes) => {
  expect(mediaTypeOf(Buffer.from(bytes, 'latin1'))).toBe(type);
});
