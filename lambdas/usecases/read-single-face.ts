import { type Failure, failure } from '../domain/error.ts';
import type { Face } from '../domain/evidence.ts';
import { unfitToEnrol } from '../domain/face-advice.ts';
import { faultWords } from '../domain/image-fault.ts';
import { fail, ok, type Result } from '../domain/result.ts';
import type { Faces } from '../ports/vision.ts';

/** A picture as it was sent, and the name of the field that it came in. */
export interface SentPicture {
  readonly field: string;
  readonly bytes: Uint8Array;
}

/** The one face in a picture; else what is wrong with the picture, by the name of its field. */
export async function readSingleFace(
  { vision }: { readonly vision: Pick<Faces, 'readFace'> },
  { field, bytes }: SentPicture,
): Promise<Result<Face, Failure>> {
  const reading = await vision.readFace(bytes);
  if (!reading.ok) {
    const fieldErrors = { [field]: [faultWords[reading.error]] };
    return fail(failure('invalid_request', `Invalid: ${field}.`, { detail: { fieldErrors } }));
  }
  const { faces, face } = reading.value;
  if (!face) return fail(failure('no_face_detected', `There is no face in "${field}".`));
  if (faces > 1)
    return fail(failure('multiple_faces_detected', `There are ${faces} faces in "${field}"; one is wanted.`));
  return ok(face);
}

/** As `readSingleFace`, where the face is also fit to be recognised by for years. */
export async function readFitFace(
  deps: { readonly vision: Pick<Faces, 'readFace'> },
  picture: SentPicture,
): Promise<Result<Face, Failure>> {
  const face = await readSingleFace(deps, picture);
  const why = face.ok ? unfitToEnrol(face.value) : undefined;
  if (!face.ok || why === undefined) return face;
  const [reason = ''] = face.value.reasons;
  const message = `"${picture.field}" is not good enough: ${why}.`;
  return fail(failure('quality_below_threshold', message, { detail: { reason } }));
}

/** The one face in each picture, in their order. */
export async function readFaces(
  deps: { readonly vision: Pick<Faces, 'readFace'> },
  field: string,
  images: readonly Uint8Array[],
): Promise<Result<readonly Face[], Failure>> {
  const faces: Face[] = [];
  for (const [place, bytes] of images.entries()) {
    const face = await readSingleFace(deps, { field: `${field}.${place}`, bytes });
    if (!face.ok) return face;
    faces.push(face.value);
  }
  return ok(faces);
}
