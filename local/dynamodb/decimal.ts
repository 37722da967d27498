import { validation } from './error.ts';

/** `(-1)^negative · digits · 10^exponent`; digits has neither leading nor trailing zeros, and is `''` for zero. */
interface Decimal {
  readonly negative: boolean;
  readonly digits: string;
  readonly exponent: number;
}

const MAX_DIGITS = 38;
const MAX_MAGNITUDE = 125;
const MIN_MAGNITUDE = -130;
const NUMBER = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,6}))?$/;
const PLAIN_INTEGER = /^(?:0|-?[1-9]\d{0,14})$/;
/** Decimals of at most this many characters are told apart, and ordered, by their doubles. */
const EXACT_AS_DOUBLE = 15;

function parse(text: string): Decimal {
  const match = NUMBER.exec(text);
  const whole = match?.[2] ?? '';
  const fraction = match?.[3] ?? '';
  if (!match || whole.length + fraction.length === 0) {
    throw validation(`The parameter cannot be converted to a numeric value${text === '' ? '' : `: ${text}`}`);
  }
  return admit(match[1] === '-', whole + fraction, Number(match[4] ?? 0) - fraction.length);
}

/** Strips zeros and enforces DynamoDB's range: 38 digits, 1E-130 to 9.99…E+125. */
function admit(negative: boolean, allDigits: string, exponent: number): Decimal {
  let start = 0;
  while (allDigits[start] === '0') start++;
  let end = allDigits.length;
  while (end > start && allDigits[end - 1] === '0') end--;
  if (start === end) return { negative: false, digits: '', exponent: 0 };
  const digits = allDigits.slice(start, end);
  const lowest = exponent + allDigits.length - end;
  const magnitude = lowest + digits.length - 1;
  if (magnitude > MAX_MAGNITUDE) {
    throw validation('Number overflow. Attempting to store a number with magnitude larger than supported range');
  }
  if (magnitude < MIN_MAGNITUDE) {
    throw validation('Number underflow. Attempting to store a number with magnitude smaller than supported range');
  }
  if (digits.length > MAX_DIGITS) {
    throw validation('Attempting to store more than 38 significant digits in a Number');
  }
  return { negative, digits, exponent: lowest };
}

function format({ negative, digits, exponent }: Decimal): string {
  if (digits === '') return '0';
  const sign = negative ? '-' : '';
  if (exponent >= 0) return sign + digits + '0'.repeat(exponent);
  const point = digits.length + exponent;
  return point > 0
    ? `${sign}${digits.slice(0, point)}.${digits.slice(point)}`
    : `${sign}0.${'0'.repeat(-point)}${digits}`;
}

/** The one spelling of a number: no exponent, no leading or trailing zeros. Equal numbers are equal texts. */
export function canonicalNumber(text: string): string {
  return PLAIN_INTEGER.test(text) ? text : format(parse(text));
}

/** Sum or difference of two canonical numbers, canonical and exact. */
export function addNumbers(left: string, right: string, subtract = false): string {
  if (PLAIN_INTEGER.test(left) && PLAIN_INTEGER.test(right)) {
    return canonicalNumber(String(subtract ? Number(left) - Number(right) : Number(left) + Number(right)));
  }
  const [a, b] = [parse(left), parse(right)];
  const exponent = Math.min(a.exponent, b.exponent);
  const scaled = (n: Decimal) =>
    BigInt(n.digits || '0') * 10n ** BigInt(n.exponent - exponent) * (n.negative ? -1n : 1n);
  const sum = subtract ? scaled(a) - scaled(b) : scaled(a) + scaled(b);
  return format(admit(sum < 0n, String(sum < 0n ? -sum : sum), exponent));
}

export function compareNumbers(left: string, right: string): number {
  if (left.length <= EXACT_AS_DOUBLE && right.length <= EXACT_AS_DOUBLE) return Number(left) - Number(right);
  return Buffer.compare(encodeNumber(left), encodeNumber(right));
}

/** Bytes of a number in an item's size: one per two digits, one more, and one for a sign (DynamoDB's guide, "item sizes"). */
export function numberSize(text: string): number {
  const { negative, digits } = parse(text);
  return digits === '' ? 1 : Math.ceil(digits.length / 2) + 1 + (negative ? 1 : 0);
}

/**
 * A number as bytes that sort as numbers do: a sign (0 negative, 1 zero, 2 positive), the magnitude, two digits a byte.
 * A negative number has all bytes after the sign complemented, and an end mark above every digit, so that more digits sort lower.
 */
export function encodeNumber(text: string): Buffer {
  const { negative, digits, exponent } = parse(text);
  if (digits === '') return Buffer.of(1);
  const pairs = Math.ceil(digits.length / 2);
  const bytes = Buffer.alloc(2 + pairs + (negative ? 1 : 0), 0xff);
  const flip = negative ? 0xff : 0;
  bytes[0] = negative ? 0 : 2;
  bytes[1] = (exponent + digits.length - 1 - MIN_MAGNITUDE) ^ flip;
  for (let pair = 0; pair < pairs; pair++) {
    bytes[2 + pair] = (Number(digits.slice(2 * pair, 2 * pair + 2).padEnd(2, '0')) + 1) ^ flip;
  }
  return bytes;
}
