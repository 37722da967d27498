/** People who do not exist, for drawn documents: what their zone says. */
import type { MrzFields, MrzFormat } from '../../lambdas/domain/evidence.ts';
import { MRZ_LAYOUTS } from '../../lambdas/domain/mrz-layout.ts';
import type { Random } from '../evaluate/seeded-random.ts';

const SYLLABLES = 'BA BER CHI DO EL FAR GON HAL IS JOR KA LIN MO NUR OLA PET QUI ROS SA TEN UR VIK WEN XI YA ZOR'.split(
  ' ',
);
const SERIAL = '0123456789ABCDEFGHJKLMNPRSTUVWXYZ';

export function randomHolder(format: MrzFormat, random: Random): Partial<MrzFields> {
  const pick = <T>(items: ArrayLike<T>): T => items[Math.floor(random() * items.length)] as T;
  const times = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);
  const name = (syllables: number) => times(syllables, () => pick(SYLLABLES)).join('');
  const two = (value: number) => String(value).padStart(2, '0');
  const date = (year: number) =>
    `${two(year % 100)}${two(1 + Math.floor(random() * 12))}${two(1 + Math.floor(random() * 28))}`;
  // A French card's number is its month of issue, department and serial.
  const serial = times(format === 'FRA-ID' ? 12 : 9, () => (format === 'FRA-ID' ? pick('0123456789') : pick(SERIAL)));
  const long = MRZ_LAYOUTS[format].width > 30;
  return {
    documentNumber: serial.join(''),
    surname: name(1 + Math.floor(random() * 3)),
    givenNames: times(1 + Math.floor(random() * (long ? 3 : 2)), () => name(2)).join(' '),
    birthDate: date(1945 + Math.floor(random() * 60)),
    expiryDate: date(2027 + Math.floor(random() * 9)),
    sex: pick(['M', 'F', 'X'] as const),
  };
}
