import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { displayTurn, filtersOf } from '../../../lambdas/vision/video/ffmpeg/display-turn.ts';
import { cutShortVideo } from '../../../lambdas/vision/video/video-container.ts';

const bytes = (...parts: (string | readonly number[])[]): Uint8Array =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))));
const zeros = (count: number): number[] => Array(count).fill(0);
const ftyp = bytes([0, 0, 0, 16], 'ftypisom', zeros(4));
const ebml = [0x1a, 0x45, 0xdf, 0xa3, 0x84, ...zeros(4)];
const segment = [0x18, 0x53, 0x80, 0x67];

describe('what a file says of itself', () => {
  test.each<[string, Uint8Array, boolean | undefined]>([
    ['a film that is whole', bytes([...ftyp], [0, 0, 0, 12], 'mdat', zeros(4)), false],
    ['a film whose end is missing', bytes([...ftyp], [0, 0, 0, 99], 'mdat', zeros(4)), true],
    ['a film with a size of 64 bits, whole', bytes([...ftyp], [0, 0, 0, 1], 'mdat', zeros(7), [20], zeros(4)), false],
    ['a film with a size of 64 bits, cut', bytes([...ftyp], [0, 0, 0, 1], 'mdat', zeros(6), [1, 20], zeros(4)), true],
    ['a film whose last part goes on to its end', bytes([...ftyp], zeros(4), 'mdat', zeros(9)), false],
    ['a film of QuickTime’s', bytes([0, 0, 0, 8], 'wide', [0, 0, 0, 12], 'mdat', zeros(4)), false],
    ['WebM that was recorded live', bytes(ebml, segment, [0x01, ...Array(7).fill(0xff)], zeros(20)), false],
    ['WebM that is whole', bytes(ebml, segment, [0x94], zeros(20)), false],
    ['WebM whose end is missing', bytes(ebml, segment, [0xa0], zeros(20)), true],
    ['text', Buffer.from('#EXTM3U and more of it'), undefined],
    ['next to nothing', Buffer.from([0x1a, 0x45, 0xdf, 0xa3]), undefined],
  ])('%s', (_, file, cut) => {
    expect(cutShortVideo(file)).toBe(cut);
  });

  test('whatever it says, it is heard to the end', () => {
    const start = fc.constantFrom<readonly number[]>([...ftyp], ebml, [...ebml, ...segment]);
    fc.assert(
      fc.property(start, fc.uint8Array({ maxLength: 60 }), (head, rest) => {
        cutShortVideo(bytes(head, [...rest]));
      }),
    );
  });
});

describe('how a video is shown', () => {
  const matrix = (a: number, b: number, c: number, d: number): Uint8Array =>
    new Uint8Array(Int32Array.from([a, b, 0, c, d, 0, 0, 0, 2 ** 14].map((value) => value * 65_536)).buffer);

  test.each<[string, Uint8Array | undefined, readonly string[]]>([
    ['as it is', matrix(1, 0, 0, 1), []],
    ['turned clockwise', matrix(0, 1, -1, 0), ['transpose=clock']],
    ['on its head', matrix(-1, 0, 0, -1), ['hflip', 'vflip']],
    ['turned counter-clockwise', matrix(0, -1, 1, 0), ['transpose=cclock']],
    ['mirrored', matrix(-1, 0, 0, 1), ['hflip']],
    ['mirrored and turned clockwise', matrix(0, -1, -1, 0), ['hflip', 'transpose=clock']],
    ['nearly as it is', matrix(0.99, 0.1, -0.1, 0.99), []],
    ['without a word about it', undefined, []],
  ])('%s', (_, from, filters) => {
    expect(filtersOf(displayTurn(from), 0)).toEqual(filters);
  });

  test('and further when asked', () => {
    expect(filtersOf(displayTurn(matrix(0, 1, -1, 0)), 3)).toEqual([]);
  });
});
