/** Longest head of a data URI that is looked for. */
const longestHead = 64;

/**
 * A file in base64, bare or as a data URI; lines may be wrapped, as MIME has them (RFC 2045, 6.8) and many encoders by default.
 * `type` is what stands between `data:` and the comma, absent where it is bare; `bytes` are absent where it is no base64.
 */
export function readBase64(text: string): { readonly type?: string; readonly bytes?: Uint8Array } {
  const [head = '', type] = /^data:([^,]*),/i.exec(text.slice(0, longestHead)) ?? [];
  const base64 = text.slice(head.length).replace(/[\r\n]+/g, '');
  const bytes = Buffer.from(base64, 'base64');
  const length = base64.length - (base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0);
  // What is not base64 was left out.
  const whole = length % 4 !== 1 && bytes.length === Math.floor((length * 3) / 4);
  return { ...(type !== undefined && { type }), ...(whole && { bytes }) };
}
