import fc from 'fast-check';
import { expect, it } from 'vitest';
import { childrenOf, parseXml, textOf, writeXml } from '../../../local/s3/xml.ts';

it('reads back whatever text it writes', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' })), (values) => {
      const document = parseXml(writeXml('List', { Entry: values.map((Key) => ({ Key, Size: 1 })), Last: 'x' }));
      expect(childrenOf(document, 'Entry').map((entry) => textOf(entry, 'Key'))).toEqual(values);
      expect(textOf(document, 'Last')).toBe('x');
    }),
  );
});

it('reads declarations, comments, attributes, prefixes, CDATA and empty elements', () => {
  const document = parseXml(
    '\uFEFF<?xml version="1.0"?>\n<!-- c --><s:A xmlns:s="x" y=\'1\'>\n<B/><B >a&amp;&#66;&#x43;</B><C><![CDATA[<&>]]></C></s:A>\n',
  );
  expect(childrenOf(document, 'B').map((element) => element.text)).toEqual(['', 'a&BC']);
  expect(textOf(document, 'C')).toBe('<&>');
});

it.each([
  '',
  'text',
  '<A>',
  '<A></B>',
  '<A/><B/>',
  '</A>',
  '<A/>text',
  '<A>&unknown;</A>',
  '<A>&#x110000;</A>',
  '<A>a & b</A>',
  '<A><!-- </A>',
  '<!DOCTYPE A [<!ENTITY e "e">]><A>&e;</A>',
  '<A>'.repeat(20) + '</A>'.repeat(20),
])('refuses %j as MalformedXML', (source) => {
  expect(() => parseXml(source)).toThrow(expect.objectContaining({ code: 'MalformedXML' }));
});

it('refuses hostile documents of 1 MB at once', () => {
  const hostile = ['<A>'.repeat(350_000), `<A ${'a '.repeat(500_000)}`, '&'.repeat(1_000_000), '<!--'.repeat(250_000)];
  const begin = performance.now();
  for (const source of hostile) expect(() => parseXml(source)).toThrow();
  expect(performance.now() - begin).toBeLessThan(2000);
});
