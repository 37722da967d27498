import type { Realm } from './caller.ts';
import type { LoginRecord } from './login-records.ts';

/** The pictures that a person logged in with, under the person's own id. They are kept as long as the person is (K-13). */
export interface LoginPictures extends LoginRecord {
  /** Storage keys, newest first. */
  readonly keys: readonly string[];
  /** Of pictures that gave way, until they are surely gone. */
  readonly dropped: readonly string[];
}

/** More pictures of one person's logins are not kept: the newest say what there is to say. */
const mostPictures = 20;

/** Of the picture that a validation keeps; the same whenever it is tried again. */
export const pictureKey = ({ tenantId, mode }: Realm, imageId: string): string =>
  `login/${tenantId}/${mode}/${imageId}`;

/** What is kept of a person's logins once there is one more. */
export function withPicture(before: LoginPictures, key: string, at: number): LoginPictures {
  const keys = [key, ...before.keys.filter((one) => one !== key)];
  return { ...before, updatedAt: at, keys: keys.slice(0, mostPictures), dropped: keys.slice(mostPictures) };
}
