import { createHash } from 'node:crypto';
import * as z from 'zod';
import { invalidContents, invalidValue } from './errors.ts';

/** A message attribute in wire form; `BinaryValue` is base64. */
const messageAttribute = z.object({
  DataType: z.string(),
  StringValue: z.string().optional(),
  BinaryValue: z.base64().optional(),
});
export const messageAttributes = z.record(z.string(), messageAttribute);
export type MessageAttributes = z.output<typeof messageAttributes>;

export const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

/**
 * MD5 over all attributes in order of name, as "Calculating the MD5 message digest for message attributes" in the
 * SQS developer guide has it: length-prefixed name, data type and value, with one byte that tells text from bytes.
 */
export function md5OfAttributes(attributes: MessageAttributes): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const hash = createHash('md5');
  const add = (bytes: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  };
  for (const name of names) {
    const attribute = attributes[name];
    if (!attribute) continue;
    add(Buffer.from(name));
    add(Buffer.from(attribute.DataType));
    const binary = attribute.DataType.startsWith('Binary');
    hash.update(Buffer.from([binary ? 2 : 1]));
    add(binary ? Buffer.from(attribute.BinaryValue ?? '', 'base64') : Buffer.from(attribute.StringValue ?? ''));
  }
  return hash.digest('hex');
}

const forbiddenText = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u;
const attributeName = /^(?!aws\.|amazon\.|\.)(?!.*\.\.)[\w.-]{1,256}(?<!\.)$/i;
const dataType = /^(String|Number|Binary)(\..+)?$/;

/** Refuses text that XML 1.0 cannot carry, as SQS does whatever the protocol. */
export function checkText(text: string, what: string): void {
  if (forbiddenText.test(text)) throw invalidContents(`Invalid characters found in the ${what}.`);
}

export function checkMessageAttributes(attributes: MessageAttributes): void {
  const entries = Object.entries(attributes);
  if (entries.length > 10)
    throw invalidValue(`Number of message attributes [${entries.length}] exceeds the allowed maximum [10].`);
  for (const [name, { DataType, StringValue, BinaryValue }] of entries) {
    if (!attributeName.test(name)) throw invalidValue(`The message attribute name "${name}" is invalid.`);
    if (!dataType.test(DataType) || DataType.length > 256)
      throw invalidValue(
        `The type of message (user) attribute '${name}' is invalid. You must use only the following supported type prefixes: Binary, Number, String.`,
      );
    const value = DataType.startsWith('Binary') ? BinaryValue : StringValue;
    if (!value)
      throw invalidValue(`Message (user) attribute '${name}' must contain a non-empty value of type '${DataType}'.`);
    if (DataType.startsWith('Number') && !Number.isFinite(Number(value)))
      throw invalidValue(`Can't cast the value of message (user) attribute '${name}' to a number.`);
    if (StringValue !== undefined) checkText(StringValue, `message attribute ${name}`);
  }
}

/** Bytes that count against the size limit: body, and every attribute's name, type and value. */
export function messageSize(body: string, attributes: MessageAttributes): number {
  let size = Buffer.byteLength(body);
  for (const [name, { DataType, StringValue, BinaryValue }] of Object.entries(attributes))
    size +=
      Buffer.byteLength(name) +
      Buffer.byteLength(DataType) +
      Buffer.byteLength(StringValue ?? '') +
      Buffer.byteLength(BinaryValue ?? '', 'base64');
  return size;
}

/** The attributes that a receiver asked for: exact names, `prefix.*`, `.*` and `All`. */
export function selectAttributes(attributes: MessageAttributes, wanted: readonly string[]): MessageAttributes {
  const asked = (name: string) =>
    wanted.some((want) =>
      want === 'All' || want === '.*' ? true : want.endsWith('.*') ? name.startsWith(want.slice(0, -1)) : want === name,
    );
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => asked(name)));
}
