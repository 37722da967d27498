import type * as z from 'zod';
import { type Failure, failure } from '../domain/error.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import type { CallState, Event } from './call-state.ts';

/** Bytes of a JSON body: of routes whose images travel by upload, and of those that take them in the body. */
const maxJsonBytes = { plain: 256 * 1024, images: 16 * 1024 * 1024 } as const;
/** Deeper than any schema of ours; recursion over what a caller sent ends here. */
const maxDepth = 32;
/** More than any body of ours has. */
const maxValues = 50_000;

const invalid = (message: string): Failure => failure('invalid_request', message);

const isJson = (event: Event): boolean =>
  /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(event.headers['content-type'] ?? '');

/** The body of a call as JSON, declared as such. */
export function jsonOf(event: Event, call: CallState): Result<unknown, Failure> {
  if (isJson(event)) return undeclaredJsonOf(event, call);
  return fail(failure('unsupported_media_type', 'Send JSON with "Content-Type: application/json".'));
}

/** The body of a call as JSON, whatever it is declared to be; parsed once however often it is asked for. */
export function undeclaredJsonOf(event: Event, call: CallState): Result<unknown, Failure> {
  call.json ??= readJson(event, call.route?.body === 'images' ? 'images' : 'plain');
  return call.json;
}

/** Valid Unicode, bounded in size, depth and number of values, and without `__proto__`. */
function readJson(event: Event, size: keyof typeof maxJsonBytes): Result<unknown, Failure> {
  const bytes = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  const most = maxJsonBytes[size];
  if (bytes.length > most) {
    return fail(failure('payload_too_large', `The body has ${bytes.length} bytes; ${most} are allowed.`));
  }
  const excess = excessOf(bytes);
  if (excess) return fail(invalid(excess));
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    const what = error instanceof SyntaxError ? 'The body is no valid JSON.' : 'The body is no valid UTF-8.';
    return fail(invalid(what));
  }
  const fault = structureFault(value);
  return fault ? fail(invalid(fault)) : ok(value);
}

const ascii = (character: string): number => character.charCodeAt(0);
const [quote, backslash, comma] = [ascii('"'), ascii('\\'), ascii(',')];
const opening = [ascii('['), ascii('{')];
const closing = [ascii(']'), ascii('}')];

/** Told from the bytes, before anything is made of them: a value takes far more memory than the two bytes that it came in. */
function excessOf(bytes: Buffer): string | undefined {
  let depth = 0;
  let values = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    if (byte === quote) at = endOfText(bytes, at);
    else if (closing.includes(byte)) depth--;
    else if (byte === comma || opening.includes(byte)) {
      if (byte !== comma && ++depth > maxDepth) return `The body is nested deeper than ${maxDepth} levels.`;
      if (++values > maxValues) return `The body has more than ${maxValues} values.`;
    }
  }
  return undefined;
}

/** Where the text that begins at a quote ends: at the next one that is not escaped. */
function endOfText(bytes: Buffer, start: number): number {
  let at = start;
  for (;;) {
    at = bytes.indexOf(quote, at + 1);
    if (at < 0) return bytes.length;
    let escapes = 0;
    while (bytes[at - 1 - escapes] === backslash) escapes++;
    if (escapes % 2 === 0) return at;
  }
}

/** `\ud800` alone is legal JSON and no text: it can be neither stored nor signed as UTF-8. */
const halfCharacter = 'The body has text with half a surrogate pair.';

function structureFault(root: unknown): string | undefined {
  const open = [root];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value === 'string' && !value.isWellFormed()) return halfCharacter;
    if (value === null || typeof value !== 'object') continue;
    if (Object.hasOwn(value, '__proto__')) return 'The body has a field named __proto__.';
    for (const [name, inner] of Object.entries(value)) {
      if (!name.isWellFormed()) return halfCharacter;
      open.push(inner);
    }
  }
  return undefined;
}

/** Parses what came in at the edge, once; the failure names every field that is wrong by its path. */
export function parse<Schema extends z.ZodType>(schema: Schema, value: unknown): Result<z.infer<Schema>, Failure> {
  const parsed = schema.safeParse(value, { error: ({ input }) => (input === undefined ? 'is required' : undefined) });
  if (parsed.success) return ok(parsed.data);
  // Not an object: a field may be named as something that every object inherits.
  const fieldErrors = new Map<string, string[]>();
  for (const issue of parsed.error.issues) {
    const paths = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
    const message = issue.code === 'unrecognized_keys' ? 'is not a known field' : issue.message;
    for (const path of paths) {
      const name = path.length === 0 ? 'body' : path.join('.');
      fieldErrors.set(name, [...(fieldErrors.get(name) ?? []), message]);
    }
  }
  const names = [...fieldErrors.keys()];
  const message = `Invalid: ${names.slice(0, 5).join(', ')}${names.length > 5 ? ', …' : ''}.`;
  return fail(failure('invalid_request', message, { detail: { fieldErrors: Object.fromEntries(fieldErrors) } }));
}
