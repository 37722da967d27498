import type { MessageKey } from '../i18n/en.ts';
import type { Kind } from '../wire.ts';

/** Bytes that the server takes (`hosted.maxPhotoBytes`, `hosted.maxVideoBytes`); it has the last word. */
const most: Readonly<Record<Kind, number>> = {
  id_photo: 10 * 2 ** 20,
  id_back: 10 * 2 ** 20,
  selfie_video: 50 * 2 ** 20,
};

/** Phones name some photos and videos by no type at all. */
const names = {
  photo: /\.(jpe?g|png|webp|heic|heif|avif|tiff?|gif|bmp|pdf)$/i,
  video: /\.(mp4|mov|m4v|webm|mkv|3gp|avi)$/i,
};

export interface Unfit {
  readonly key: MessageKey;
  readonly values?: Readonly<Record<string, number>>;
}

/** Why a chosen file is of no use; undefined where it is worth sending. */
export function unfit(
  kind: Kind,
  file: { readonly size: number; readonly type: string; readonly name: string },
): Unfit | undefined {
  if (file.size === 0) return { key: 'fileEmpty' };
  const video = kind === 'selfie_video';
  const typed = video
    ? file.type.startsWith('video/')
    : file.type.startsWith('image/') || file.type === 'application/pdf';
  const named = file.type === '' && names[video ? 'video' : 'photo'].test(file.name);
  if (!typed && !named) return { key: video ? 'fileNoVideo' : 'fileNoPhoto' };
  return file.size > most[kind] ? { key: 'fileLarge', values: { size: most[kind] / 2 ** 20 } } : undefined;
}
