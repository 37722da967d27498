import type { KeyType } from './tenant.ts';
import type { Mode } from './verification.ts';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const randomLength = 32;
const checksumLength = 6;
const shape = new RegExp(`^(pk|sk)_(live|test)_([0-9A-Za-z]{${randomLength}})([0-9A-Za-z]{${checksumLength}})$`);

/** CRC-32 (ISO-HDLC, as in zip) of ASCII text. */
export function crc32(text: string): number {
  let crc = 0xffffffff;
  for (let at = 0; at < text.length; at++) {
    crc ^= text.charCodeAt(at) & 0xff;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

function checksum(text: string): string {
  let rest = crc32(text);
  let digits = '';
  for (let at = 0; at < checksumLength; at++) {
    digits = alphabet.charAt(rest % 62) + digits;
    rest = Math.floor(rest / 62);
  }
  return digits;
}

/**
 * Writes a key: `{pk|sk}_{live|test}_` + 32 random base62 characters (190 bits) + CRC-32 of all before it in base62. The checksum
 * rejects typos before any read, and lets secret scanners tell a key from noise.
 */
export function formatKey(type: KeyType, mode: Mode, random: string): string {
  const body = `${type === 'publishable' ? 'pk' : 'sk'}_${mode}_${random}`;
  return body + checksum(body);
}

/** What a key says of itself, or undefined where it is malformed or mistyped. */
export function readKey(key: string): { readonly type: KeyType; readonly mode: Mode } | undefined {
  const match = shape.exec(key);
  if (!match || checksum(key.slice(0, -checksumLength)) !== match[4]) return undefined;
  return { type: match[1] === 'pk' ? 'publishable' : 'secret', mode: match[2] as Mode };
}

/** What may be shown of a key: its prefix and its last four characters. */
export const keyHint = (key: string): string => `${key.slice(0, 8)}…${key.slice(-4)}`;
