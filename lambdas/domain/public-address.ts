/**
 * Whether an IP address (as `node:dns` writes it) is one of the public internet. Everything else is refused as a webhook's target:
 * it would let a customer make us call our own network (Standard Webhooks, "SSRF"; ranges: IANA special-purpose registries).
 */
export function isPublicAddress(address: string): boolean {
  const four = toIpv4(address);
  if (four) return isPublicIpv4(four);
  const six = toIpv6(address);
  return six !== undefined && isPublicIpv6(six);
}

function toIpv4(text: string): readonly number[] | undefined {
  // No leading zeros: whether `010` is eight or ten depends on who reads it.
  if (!/^(?:0|[1-9]\d{0,2})(?:\.(?:0|[1-9]\d{0,2})){3}$/.test(text)) return undefined;
  const parts = text.split('.').map(Number);
  return parts.every((part) => part <= 255) ? parts : undefined;
}

function isPublicIpv4([a = 0, b = 0, c = 0]: readonly number[]): boolean {
  if (a === 0 || a === 10 || a === 127 || a >= 224) return false;
  if (a === 100 && b >= 64 && b <= 127) return false; // carrier-grade NAT
  if (a === 169 && b === 254) return false; // link-local, and the metadata service
  if (a === 172 && b >= 16 && b <= 31) return false;
  if (a === 192 && b === 168) return false;
  if (a === 192 && b === 0 && (c === 0 || c === 2)) return false; // protocol assignments, documentation
  if (a === 192 && b === 88 && c === 99) return false; // 6to4 relay
  if (a === 198 && (b === 18 || b === 19 || (b === 51 && c === 100))) return false; // benchmarks, documentation
  return !(a === 203 && b === 0 && c === 113);
}

/** Eight groups of 16 bits. */
function toIpv6(text: string): readonly number[] | undefined {
  const bare = text.split('%')[0] ?? '';
  const tail = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(bare);
  const four = tail?.[2] ? toIpv4(tail[2]) : undefined;
  if (tail && !four) return undefined;
  const hex = four ? `${tail?.[1]}${word(four[0], four[1])}:${word(four[2], four[3])}` : bare;
  const halves = hex.split('::');
  if (halves.length > 2) return undefined;
  const groups = (half: string | undefined) => (half ? half.split(':') : []);
  const head = groups(halves[0]);
  const rest = groups(halves[1]);
  const missing = 8 - head.length - rest.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const all = [...head, ...Array<string>(missing).fill('0'), ...rest];
  return all.every((group) => /^[0-9a-f]{1,4}$/i.test(group))
    ? all.map((group) => Number.parseInt(group, 16))
    : undefined;
}

const word = (high = 0, low = 0): string => (high * 256 + low).toString(16);

function isPublicIpv6(groups: readonly number[]): boolean {
  const [first = 0, second = 0] = groups;
  const embedded = (at: number) => [
    (groups[at] ?? 0) >> 8,
    (groups[at] ?? 0) & 255,
    (groups[at + 1] ?? 0) >> 8,
    (groups[at + 1] ?? 0) & 255,
  ];
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff) return isPublicIpv4(embedded(6)); // IPv4-mapped
  if (first === 0x64 && second === 0xff9b && groups.slice(2, 6).every((group) => group === 0))
    return isPublicIpv4(embedded(6)); // NAT64
  if (first === 0x2002) return isPublicIpv4(embedded(1)); // 6to4
  if ((first & 0xe000) !== 0x2000) return false; // only 2000::/3 is routed globally
  if (first === 0x2001 && second < 0x200) return false; // protocol assignments, Teredo
  return !(first === 0x2001 && second === 0xdb8) && !(first === 0x3fff && second < 0x1000); // documentation
}
