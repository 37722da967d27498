import { readFile } from 'node:fs/promises';
import type { Applicant } from '../client/run-verification.ts';
import { CommandError, UsageError } from '../terminal/command-error.ts';

/** Files that a command was given in place of the demo's pictures. */
export interface PictureOptions {
  readonly selfie?: string;
  readonly document?: string;
  readonly impostor?: string;
}

/** As the drawn passport has it. */
const HOLDER = 'Anna Maria Eriksson';
/** A name that is not on it: what a person has to look at. */
const ANOTHER = 'Berta Lindqvist';

/** @throws CommandError that says why not */
export async function readPicture(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new CommandError(`${path} cannot be read: ${(error as NodeJS.ErrnoException).code}.`);
  }
}

/** Drawing needs sharp and the sample photos; who gives files needs neither. */
async function drawnPassport(): Promise<Uint8Array> {
  const [{ demoFace }, { specimen }] = await Promise.all([import('./faces.ts'), import('./specimen.ts')]);
  return specimen({ portrait: await demoFace('portrait') });
}

async function face(name: 'selfie' | 'impostor'): Promise<Uint8Array> {
  const { demoFace } = await import('./faces.ts');
  return demoFace(name);
}

/** Who applies: the holder of the document, somebody else with it, or the holder under another name. */
export type Role = 'genuine' | 'impostor' | 'misnamed';

/**
 * The pictures and claims of an applicant: those given, else a drawn passport of Utopia and faces of sample photos.
 * @throws UsageError if a selfie comes without its document or a document without its selfie
 */
export async function applicant(role: Role, options: PictureOptions): Promise<Applicant> {
  const { selfie, document, impostor } = options;
  if ((selfie === undefined) !== (document === undefined))
    throw new UsageError('--selfie and --document go together: the document must show the person of the selfie.');
  const own = role === 'impostor' ? impostor : selfie;
  const [selfieBytes, documentBytes] = await Promise.all([
    own === undefined ? face(role === 'impostor' ? 'impostor' : 'selfie') : readPicture(own),
    document === undefined ? drawnPassport() : readPicture(document),
  ]);
  // Of a document that was given nothing is known to claim.
  const drawn = document === undefined;
  const claims = {
    userRef: `demo-${role}`,
    ...(drawn && { documentType: 'passport' }),
    ...(role === 'misnamed' ? { submittedFullName: ANOTHER } : drawn && { submittedFullName: HOLDER }),
  };
  return { selfie: selfieBytes, document: documentBytes, claims };
}
