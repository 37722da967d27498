/**
 * The part of the protocol-buffer encoding that ONNX needs: varints, 32-bit floats, length-delimited fields.
 * Fields are written in the order of the calls, so equal calls give equal bytes on every machine.
 */
export class ProtobufWriter {
  private readonly chunks: Uint8Array[] = [];

  /** A varint field (int32, int64, enum); negative numbers take the ten bytes of two's complement. */
  integer(field: number, value: number): this {
    this.tag(field, 0);
    this.varint(BigInt.asUintN(64, BigInt(value)));
    return this;
  }

  /** A 32-bit float field, little-endian whatever the machine. */
  float(field: number, value: number): this {
    this.tag(field, 5);
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value, true);
    this.chunks.push(bytes);
    return this;
  }

  bytes(field: number, value: Uint8Array): this {
    this.tag(field, 2);
    this.varint(BigInt(value.byteLength));
    this.chunks.push(value);
    return this;
  }

  text(field: number, value: string): this {
    return this.bytes(field, new TextEncoder().encode(value));
  }

  message(field: number, fill: (writer: ProtobufWriter) => void): this {
    const inner = new ProtobufWriter();
    fill(inner);
    return this.bytes(field, inner.finish());
  }

  finish(): Uint8Array {
    const whole = new Uint8Array(this.chunks.reduce((total, chunk) => total + chunk.byteLength, 0));
    let offset = 0;
    for (const chunk of this.chunks) {
      whole.set(chunk, offset);
      offset += chunk.byteLength;
    }
    return whole;
  }

  private tag(field: number, wireType: number): void {
    this.varint(BigInt((field << 3) | wireType));
  }

  private varint(value: bigint): void {
    const bytes: number[] = [];
    let rest = value;
    while (rest > 0x7fn) {
      bytes.push(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    bytes.push(Number(rest));
    this.chunks.push(Uint8Array.from(bytes));
  }
}

/** One field of a message: its number, and its value as a number (varints) or as bytes (everything else). */
export interface ProtobufField {
  readonly field: number;
  readonly value: bigint | Uint8Array;
}

/**
 * Splits a message into its fields, in the order of the file.
 * @throws Error when the message is cut off or uses a wire type that ONNX does not
 */
export function readProtobuf(message: Uint8Array): ProtobufField[] {
  const cursor = { offset: 0 };
  const bytes = (length: number): Uint8Array => {
    if (cursor.offset + length > message.byteLength) throw new Error('the message ends inside a field');
    cursor.offset += length;
    return message.subarray(cursor.offset - length, cursor.offset);
  };
  const fields: ProtobufField[] = [];
  while (cursor.offset < message.byteLength) {
    const tag = Number(readVarint(message, cursor));
    const field = tag >> 3;
    const wireType = tag & 7;
    if (wireType === 0) fields.push({ field, value: readVarint(message, cursor) });
    else if (wireType === 2) fields.push({ field, value: bytes(Number(readVarint(message, cursor))) });
    else if (wireType === 5) fields.push({ field, value: bytes(4) });
    else throw new Error(`wire type ${wireType} is not used by ONNX`);
  }
  return fields;
}

/** The values of a packed field of integers. */
export function readPackedVarints(packed: Uint8Array): bigint[] {
  const cursor = { offset: 0 };
  const values: bigint[] = [];
  while (cursor.offset < packed.byteLength) values.push(readVarint(packed, cursor));
  return values;
}

function readVarint(message: Uint8Array, cursor: { offset: number }): bigint {
  let value = 0n;
  for (let shift = 0n; ; shift += 7n) {
    const byte = message[cursor.offset++];
    if (byte === undefined) throw new Error('the message ends inside a number');
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
}
