import { describe, expect, test } from 'vitest';
import { editorNamed } from '../../lambdas/domain/editing-programs.ts';

describe('M-29 the program that saved a file', () => {
  test.each([
    ['EXIF', 'Exif\0\0MM\0*\0\0\0\x08Adobe Photoshop CC 2018 (Macintosh)\0', 'Adobe Photoshop'],
    ['XMP', '<xmp:CreatorTool>GIMP 2.10</xmp:CreatorTool>', 'GIMP'],
    ['a history', '<rdf:li stEvt:softwareAgent="Affinity Photo 1.10.5"/>', 'Affinity Photo'],
    ['a comment', 'paint.net 4.3.12', 'paint.net'],
  ])('is told by %s', (_, text, program) => {
    expect(editorNamed(text)).toBe(program);
  });

  test.each([
    ['nothing', ''],
    ['a camera', 'Canon EOS 400D\0Firmware 1.0.4\0'],
    ['a phone', 'HDR+ 1.0.345618096zd'],
    ['a scanner', 'EPSON Scan'],
    ['a namespace', 'xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" x:xmptk="Adobe XMP Core 5.6"'],
    ['a longer word', 'Canvas GIMPY paintxnet'],
  ])('%s names none', (_, text) => {
    expect(editorNamed(text)).toBeNull();
  });
});
