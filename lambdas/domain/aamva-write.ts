/** What an issuer encodes: a header with the right offsets, one subfile of the card and perhaps one of the jurisdiction. */
export interface AamvaCard {
  readonly version: number;
  readonly issuer: string;
  readonly type?: 'DL' | 'ID';
  readonly elements: Readonly<Record<string, string>>;
  /** Ids begin with `Z` and the jurisdiction's letter. */
  readonly own?: Readonly<Record<string, string>>;
}

/** The text of the symbol, AAMVA DL/ID Card Design Standard, D.12.3 to D.12.5. */
export function writeAamva({ version, issuer, type = 'DL', elements, own = {} }: AamvaCard): string {
  const two = (n: number) => String(n).padStart(2, '0');
  const subfile = (name: string, of: Readonly<Record<string, string>>) =>
    `${name}${Object.entries(of)
      .map(([id, value]) => id + value)
      .join('\n')}\r`;
  const [first = ''] = Object.keys(own);
  const parts = [
    { name: type, text: subfile(type, elements) },
    ...(first ? [{ name: first.slice(0, 2), text: subfile(first.slice(0, 2), own) }] : []),
  ];
  // Version 1 knows no version of the jurisdiction.
  const head = `@\n\x1e\rANSI ${issuer}${two(version)}${version > 1 ? '00' : ''}${two(parts.length)}`;
  let offset = head.length + parts.length * 10;
  const designators = parts.map(({ name, text }) => {
    const designator = `${name}${String(offset).padStart(4, '0')}${String(text.length).padStart(4, '0')}`;
    offset += text.length;
    return designator;
  });
  return head + designators.join('') + parts.map(({ text }) => text).join('');
}
