/** Fingerprints of pictures, made so that copies of one picture have nearly the same bits. */

/** Share of the bits that differ, 0..1; unrelated pictures are at about 0.5. Throws RangeError unless both are hex of one length. */
export function fingerprintDifference(a: string, b: string): number {
  if (a.length !== b.length || a.length === 0) throw new RangeError('fingerprints of one length are compared');
  let different = 0;
  for (let i = 0; i < a.length; i++) {
    const bits = Number.parseInt(a[i] as string, 16) ^ Number.parseInt(b[i] as string, 16);
    if (Number.isNaN(bits)) throw new RangeError('a fingerprint is hex');
    different += (bits & 1) + ((bits >> 1) & 1) + ((bits >> 2) & 1) + (bits >> 3);
  }
  return different / (a.length * 4);
}
