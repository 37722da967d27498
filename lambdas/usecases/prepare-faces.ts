import type { Realm } from '../domain/caller.ts';
import { type Failure, failure } from '../domain/error.ts';
import type { Face } from '../domain/evidence.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import type { Faces } from '../ports/vision.ts';
import type { PreparedFace } from './index-person.ts';
import { type KeepsLoginRecords, newHead } from './login-records.ts';
import { readFitFace } from './read-single-face.ts';

/** A picture of a person, as it was sent. */
export interface Picture {
  readonly bytes: Uint8Array;
  readonly type: 'image/jpeg' | 'image/png';
}

export interface PrepareFaces extends Pick<KeepsLoginRecords, 'clock' | 'random'> {
  readonly vision: Pick<Faces, 'readFace' | 'compare'>;
}

/** Pictures less alike than this show different people: one pair in a hundred of strangers is more alike. */
const LEAST_ALIKE = 0.5;

/** Tenant first: no key can be made that reaches into another one's pictures. */
const pictureKey = ({ tenantId, mode }: Realm, personId: string, imageId: string, type: Picture['type']): string =>
  `persons/${tenantId}/${mode}/${personId}/${imageId}.${type === 'image/png' ? 'png' : 'jpg'}`;

/** The faces of new pictures, each alone and fit, all of one person; nothing is kept yet. */
export async function prepareFaces(
  deps: PrepareFaces,
  realm: Realm,
  personId: string,
  pictures: readonly Picture[],
  into: readonly string[],
): Promise<Result<readonly PreparedFace[], Failure>> {
  const prepared: PreparedFace[] = [];
  const faces: Face[] = [];
  for (const [place, picture] of pictures.entries()) {
    const face = await readFitFace(deps, { field: `images.${place}`, bytes: picture.bytes });
    if (!face.ok) return face;
    const { template } = face.value;
    for (const [other, { template: known }] of faces.entries()) {
      const alike = await deps.vision.compare(template, known);
      if ('value' in alike && alike.value < LEAST_ALIKE) {
        const message = `"images.${other}" and "images.${place}" do not show the same person.`;
        return fail(failure('quality_below_threshold', message, { detail: { reason: 'images_disagree' } }));
      }
    }
    faces.push(face.value);
    const { id } = newHead(deps);
    const indexed = into.map((collection) => ({ collection }));
    const image = { id, key: pictureKey(realm, personId, id, picture.type), modelSet: template.modelSet, indexed };
    prepared.push({ image, template, into, picture });
  }
  return ok(prepared);
}
