import { describe, expect, test } from 'vitest';
import { failureOfUnread, faultOfImage, unreadReading } from '../../lambdas/domain/document-fault.ts';
import { documentFormat } from '../../lambdas/domain/document-format.ts';
import { type DocumentReading, measured, unavailable } from '../../lambdas/domain/evidence.ts';
import { document, mrz } from '../support/evidence.ts';

const bare = (change: Partial<DocumentReading>): DocumentReading => {
  const { mrz: _, ...rest } = document();
  return { ...rest, ...change };
};
const broken = mrz({ checks: { birthDate: false } });

describe('M-15 M-48 why nothing was made out', () => {
  test.each([
    ['nothing there', bare({ found: false, quality: unavailable('None.') }), 'document_not_found', []],
    ['a kind that nobody can read', bare({}), 'document_unsupported', []],
    ['nothing readable, and a blur', bare({ reasons: ['blur', 'glare'] }), 'document_quality_low', ['blur', 'glare']],
    ['nothing readable, and it lay askew', bare({ reasons: ['orientation'] }), 'document_quality_low', ['orientation']],
    [
      'a zone that does not add up, in glare',
      document({ mrz: broken, reasons: ['glare', 'orientation'] }),
      'document_quality_low',
      ['glare'],
    ],
    [
      'a zone that was read on a photo that shows nothing else',
      document({ quality: measured(0.05), reasons: ['blur'] }),
      'document_quality_low',
      ['blur'],
    ],
    ['hardly anything certain', document({ ocrConfidence: measured(0.4) }), 'document_quality_low', ['unreadable']],
  ] as const)('M-48 %s', (_, reading, code, reasons) => {
    expect(unreadReading(reading as DocumentReading)).toEqual({ code, reasons });
  });

  test.each([
    ['a good one', document()],
    ['M-16 one that was turned and read', document({ reasons: ['orientation'] })],
    ['one with a blur that was read all the same', document({ reasons: ['blur'], quality: measured(0.4) })],
    ['a zone that does not add up on a good photo: that is for the verdict', document({ mrz: broken })],
  ])('M-15 %s is judged', (_, reading) => {
    expect(unreadReading(reading)).toBeUndefined();
  });

  test('M-07 M-14 faults of the file', () => {
    expect(failureOfUnread(faultOfImage('image_truncated'))).toEqual({
      code: 'document_invalid_format',
      message: 'Unsupported document format. Supported: jpeg, png, pdf',
      detail: { reason: 'truncated', reasons: ['truncated'] },
    });
    expect(faultOfImage('image_too_small')).toEqual({ code: 'document_quality_low', reasons: ['resolution'] });
  });

  test('M-15 a person is told what to do', () => {
    const { message } = failureOfUnread({ code: 'document_quality_low', reasons: ['blur', 'dark', 'unreadable'] });
    expect(message).toBe(
      'The photo of the document is not good enough: it is blurred, hold still; it is too dark, find more light; it cannot be read.',
    );
  });
});

describe('M-06 what a file is', () => {
  test('M-06 is told by its first bytes', () => {
    const of = (text: string) => documentFormat(Buffer.from(text, 'latin1'));
    expect(of('\xff\xd8\xff\xe0')).toBe('image/jpeg');
    expect(of('\x89PNG\r\n\x1a\n')).toBe('image/png');
    expect(of('%PDF-1.7')).toBe('application/pdf');
    for (const other of ['', '\xff\xd8', 'GIF89a', 'RIFF0000WEBP', 'BM', ' %PDF-1.7', '<svg/>'])
      expect(of(other), other).toBeUndefined();
  });
});
