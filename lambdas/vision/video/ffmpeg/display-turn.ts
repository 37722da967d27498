/** How a picture has to be turned to be shown. Pure. */

/** FFmpeg's filters, in their order, for so many quarter turns clockwise. */
const turnFilters = [[], ['transpose=clock'], ['hflip', 'vflip'], ['transpose=cclock']] as const;

export interface DisplayTurn {
  readonly mirrored: boolean;
  /** Clockwise, after mirroring: 0 to 3. */
  readonly quarterTurns: number;
}

/**
 * What a display matrix says (ISO/IEC 14496-12, 6.2.2): nine 32-bit numbers, of which the first, second, fourth and fifth turn and
 * mirror. Angles between quarter turns are rounded: nobody films at them.
 */
export function displayTurn(matrix: Uint8Array | undefined): DisplayTurn {
  if (!matrix || matrix.length < 36) return { mirrored: false, quarterTurns: 0 };
  const view = new DataView(matrix.buffer, matrix.byteOffset, matrix.byteLength);
  const [a, b, c, d] = [0, 1, 3, 4].map((place) => view.getInt32(place * 4, true)) as [number, number, number, number];
  const mirrored = a * d - b * c < 0;
  const sign = mirrored ? -1 : 1;
  return { mirrored, quarterTurns: (Math.round((Math.atan2(b * sign, a * sign) * 2) / Math.PI) + 4) % 4 };
}

export const filtersOf = ({ mirrored, quarterTurns }: DisplayTurn, more: number): readonly string[] => [
  ...(mirrored ? ['hflip'] : []),
  ...(turnFilters[(quarterTurns + more) % 4] ?? []),
];
