import * as z from 'zod';
import type { Person } from '../../domain/person.ts';
import type { OperationSpec } from '../operation.ts';
import { image, imageType } from './image.ts';
import { dataOf, deletedReply, id, pageOf, pageQuery, recordFields, recordHead, text } from './shapes.ts';

/** V-46: somebody who can be recognised. */
const date = z.object({
  year: z.number().int().min(1850).max(9999),
  month: z.number().int().min(1).max(12),
  day: z.number().int().min(1).max(31),
});

const isDay = (day: string): boolean => {
  const at = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(day);
};

/** Either form → YYYY-MM-DD. */
const dateOfBirth = z
  .union([z.string().regex(/^\d{4}-\d\d-\d\d$/), date], 'must be {year, month, day} or YYYY-MM-DD')
  .transform((value) => {
    if (typeof value === 'string') return value;
    const two = (part: number) => String(part).padStart(2, '0');
    return `${value.year}-${two(value.month)}-${two(value.day)}`;
  })
  .refine(isDay, 'is no day of the calendar');

const images = z
  .array(image)
  .min(1, 'is required')
  .max(10, 'must have at most 10 pictures')
  .transform((all) => all.map((bytes) => ({ bytes, type: imageType(bytes) })))
  .meta({ description: 'Each shows the person alone, in a quality to recognise them by; all show the same person.' });

const collections = z
  .array(id)
  .max(20, 'must have at most 20 collections')
  .transform((all) => [...new Set(all)])
  .meta({ description: 'Where the person is to be found. Nobody is found outside a collection.' });

const changeable = {
  gender: z.enum(['M', 'F', 'X']).exactOptional(),
  date_of_birth: dateOfBirth.exactOptional(),
  nationality: text(64).exactOptional(),
  notes: text(2048).exactOptional(),
  collections: collections.exactOptional(),
};

const createBody = z.strictObject({ name: text(255), images, ...changeable }).meta({ id: 'PersonRequest' });
const updateBody = z
  .strictObject({ name: text(255).exactOptional(), images: images.exactOptional(), ...changeable })
  .meta({ id: 'PersonChange' });

const personReply = z
  .object({
    ...recordFields,
    name: z.string(),
    gender: z.string().nullable(),
    date_of_birth: date.nullable(),
    nationality: z.string().nullable(),
    notes: z.string().nullable(),
    images: z.array(id).meta({ description: 'Ids of the pictures that are kept; the pictures are not answered.' }),
    collections: z.array(id),
    status: z
      .enum(['active', 'pending'])
      .meta({ description: '`pending`: a call ended half-way; change or delete the person to end it.' }),
  })
  .meta({ id: 'Person' });

const one = dataOf(personReply);
const missing = { 404: 'There is no such person or collection.' };
const unfit = {
  409: '`MissingParameter`, `InvalidParameter`, `no_face_detected`, `multiple_faces_detected`, `quality_below_threshold`, `collection_not_configured`, `conflict`.',
  413: 'The body is larger than is taken.',
};

export const personOperations = {
  createPerson: {
    summary: 'Enrol a person: found from the next search on in each of their collections',
    body: createBody,
    reply: { status: 200, description: 'The person.', schema: one },
    failures: { ...missing, ...unfit },
  },
  listPersons: {
    summary: 'List persons, newest first',
    query: pageQuery.extend({ collection: id.exactOptional(), status: z.enum(['active', 'pending']).exactOptional() }),
    reply: { status: 200, description: 'One page.', schema: pageOf(personReply) },
  },
  readPerson: {
    summary: 'Read a person',
    reply: { status: 200, description: 'The person.', schema: one },
    failures: { 404: 'There is no such person.' },
  },
  updatePerson: {
    summary: 'Change a person; `images` and `collections` take the place of all that there are',
    body: updateBody,
    reply: {
      status: 200,
      description:
        'As it is now, and found so from the next search on. Pictures that stay are read again where the models are newer.',
      schema: one,
    },
    failures: { ...missing, ...unfit },
  },
  deletePerson: {
    summary: 'Delete a person with every picture and face; repeat it where it ended in a fault',
    reply: { status: 200, description: 'Nothing is left.', schema: deletedReply },
    failures: { 404: 'There is no such person.', 409: 'The person was changed at the same time.' },
  },
} as const satisfies Readonly<Record<string, OperationSpec>>;

/** The fields of a request in the domain's words. */
export const toPersonFields = <Fields extends { readonly date_of_birth?: string }>({
  date_of_birth,
  ...fields
}: Fields) => ({ ...fields, ...(date_of_birth !== undefined && { dateOfBirth: date_of_birth }) });

function toDate(day: string): z.infer<typeof date> {
  const [year = 0, month = 0, ofMonth = 0] = day.split('-').map(Number);
  return { year, month, day: ofMonth };
}

export const toPersonReply = (person: Person, client: string): z.infer<typeof personReply> => ({
  ...recordHead(person, client),
  name: person.name,
  gender: person.gender ?? null,
  date_of_birth: person.dateOfBirth === undefined ? null : toDate(person.dateOfBirth),
  nationality: person.nationality ?? null,
  notes: person.notes ?? null,
  images: person.images.map(({ id }) => id),
  collections: [...person.collections],
  status: person.status === 'active' ? 'active' : 'pending',
});
