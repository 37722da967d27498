import type { MessageKey } from '../i18n/en.ts';
import type { Kind } from '../wire.ts';

/** Bytes that the server takes (`hosted.maxPhotoBytes`, `hosted.maxVideoBytes`); it has the last word. */
const most: Readonly<Record<Kind, number>> = {
  id_photo: 10 * 2 ** 20,
  id_back: 10 * 2 ** 20,
  selfie_video: 50 * 2 ** 20,
};

/** Types that the server takes, and how their files are named: phones give some of them no type at all. */
const photos = 'jpeg|jpg png webp tiff|tif heic heif avif gif bmp';
const videos = 'mp4 webm quicktime|mov x-m4v|m4v x-matroska|mkv 3gpp|3gp 3gpp2|3g2 mpeg|mpg x-msvideo|avi ogg|ogv';

const typesOf = (family: 'image' | 'video', names: string): ReadonlyMap<string, string> =>
  new Map(
    names.split(' ').flatMap((entry) => {
      const [type = '', ...endings] = entry.split('|');
      return [type, ...endings].map((name) => [name, `${family}/${type}`] as const);
    }),
  );
const known = { photo: typesOf('image', photos), video: typesOf('video', videos) };

interface Chosen {
  readonly size: number;
  readonly type: string;
  readonly name: string;
}

/** The type of a file, by itself or by its name; undefined where it is of no use. */
export function typeOf(kind: Kind, { type, name }: Chosen): string | undefined {
  const types = known[kind === 'selfie_video' ? 'video' : 'photo'];
  const [plain = ''] = type.toLowerCase().split(';');
  if (plain !== '') return [...types.values()].find((one) => one === plain.trim());
  return types.get(name.toLowerCase().split('.').at(-1) ?? '');
}

export interface Unfit {
  readonly key: MessageKey;
  readonly values?: Readonly<Record<string, number>>;
}

/** Why a chosen file is of no use; undefined where it is worth sending. */
export function unfit(kind: Kind, file: Chosen): Unfit | undefined {
  if (file.size === 0) return { key: 'fileEmpty' };
  if (typeOf(kind, file) === undefined) return { key: kind === 'selfie_video' ? 'fileNoVideo' : 'fileNoPhoto' };
  return file.size > most[kind] ? { key: 'fileLarge', values: { size: most[kind] / 2 ** 20 } } : undefined;
}
