import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** The algorithms whose values are verified and kept; S3's xxHash family is answered with NotImplemented. */
export type ChecksumAlgorithm = 'CRC32' | 'CRC32C' | 'CRC64NVME' | 'MD5' | 'SHA1' | 'SHA256' | 'SHA512';

/** How a multipart object's checksum was made: over all bytes, or over the parts' checksums. */
export type ChecksumType = 'FULL_OBJECT' | 'COMPOSITE';

export interface Checksum {
  readonly algorithm: ChecksumAlgorithm;
  /** Base64; a COMPOSITE value ends in `-` and the number of parts. */
  readonly value: string;
  readonly type: ChecksumType;
}

/** Takes bytes in order and ends in the raw digest. */
export interface Hasher {
  readonly update: (chunk: Uint8Array) => void;
  readonly digest: () => Buffer;
}

const ALGORITHMS: readonly ChecksumAlgorithm[] = ['CRC32', 'CRC32C', 'CRC64NVME', 'MD5', 'SHA1', 'SHA256', 'SHA512'];

export function checksumAlgorithm(name: string): ChecksumAlgorithm | undefined {
  return ALGORITHMS.find((algorithm) => algorithm === name.toUpperCase());
}

export function checksumHeader(algorithm: ChecksumAlgorithm): string {
  return `x-amz-checksum-${algorithm.toLowerCase()}`;
}

/** Name of the element or SDK member: `ChecksumCRC32`. */
export function checksumElement(algorithm: ChecksumAlgorithm): string {
  return `Checksum${algorithm}`;
}

export function digestBytes(algorithm: ChecksumAlgorithm): number {
  return { CRC32: 4, CRC32C: 4, CRC64NVME: 8, MD5: 16, SHA1: 20, SHA256: 32, SHA512: 64 }[algorithm];
}

/** CRC-32C (Castagnoli), reflected polynomial 0x82F63B78. */
const CRC32C_TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0x82f63b78 : rest >>> 1;
  return rest;
});

/** CRC-64/NVME, reflected polynomial 0x9A6C9329AC4BC9B5, as halves of 32 bits: BigInt is far slower. */
const CRC64_HIGH = new Int32Array(256);
const CRC64_LOW = new Int32Array(256);
for (let byte = 0; byte < 256; byte++) {
  let rest = BigInt(byte);
  for (let bit = 0; bit < 8; bit++) rest = rest & 1n ? (rest >> 1n) ^ 0x9a6c9329ac4bc9b5n : rest >> 1n;
  // Signed, so that the loop below stays within small integers.
  CRC64_HIGH[byte] = Number(BigInt.asIntN(32, rest >> 32n));
  CRC64_LOW[byte] = Number(BigInt.asIntN(32, rest));
}

function crc32Hasher(): Hasher {
  let state = 0;
  return {
    update: (chunk) => {
      state = crc32(chunk, state);
    },
    digest: () => uint32(state),
  };
}

function crc32cHasher(): Hasher {
  let state = ~0;
  return {
    update: (chunk) => {
      let rest = state;
      for (let at = 0; at < chunk.length; at++) {
        rest = (rest >>> 8) ^ (CRC32C_TABLE[(rest ^ (chunk[at] as number)) & 0xff] as number);
      }
      state = rest;
    },
    digest: () => uint32(~state),
  };
}

function crc64Hasher(): Hasher {
  let high = ~0;
  let low = ~0;
  return {
    update: (chunk) => {
      let [restHigh, restLow] = [high, low];
      for (let at = 0; at < chunk.length; at++) {
        const index = (restLow ^ (chunk[at] as number)) & 0xff;
        restLow = ((restLow >>> 8) | (restHigh << 24)) ^ (CRC64_LOW[index] as number);
        restHigh = (restHigh >>> 8) ^ (CRC64_HIGH[index] as number);
      }
      [high, low] = [restHigh, restLow];
    },
    digest: () => Buffer.concat([uint32(~high), uint32(~low)]),
  };
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}

export function createHasher(algorithm: ChecksumAlgorithm): Hasher {
  if (algorithm === 'CRC32') return crc32Hasher();
  if (algorithm === 'CRC32C') return crc32cHasher();
  if (algorithm === 'CRC64NVME') return crc64Hasher();
  const hash = createHash(algorithm.toLowerCase());
  return { update: (chunk) => void hash.update(chunk), digest: () => hash.digest() };
}
