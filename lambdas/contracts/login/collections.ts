import * as z from 'zod';
import type { Collection } from '../../domain/person.ts';
import type { OperationSpec } from '../operation.ts';
import { dataOf, pageOf, pageQuery, recordFields, recordHead, text } from './shapes.ts';

/** V-45: people who can be found together. */
const fields = { name: text(128), description: text(1024).exactOptional() };

const createBody = z.strictObject(fields).meta({ id: 'CollectionRequest' });
const updateBody = z.strictObject({ ...fields, name: fields.name.exactOptional() }).meta({ id: 'CollectionChange' });

const collectionReply = z
  .object({
    ...recordFields,
    name: z.string(),
    description: z.string().nullable(),
    code: z.uuid(),
    deleted: z.boolean(),
  })
  .meta({ id: 'Collection' });

const one = dataOf(collectionReply);
const missing = { 404: 'There is no such collection.' };

export const collectionOperations = {
  createCollection: {
    summary: 'Make a collection of persons',
    body: createBody,
    reply: { status: 200, description: 'It.', schema: one },
  },
  listCollections: {
    summary: 'List collections that are not deleted, newest first',
    query: pageQuery,
    reply: { status: 200, description: 'One page.', schema: pageOf(collectionReply) },
  },
  readCollection: {
    summary: 'Read a collection, also one that was deleted',
    reply: { status: 200, description: 'It.', schema: one },
    failures: missing,
  },
  updateCollection: {
    summary: 'Rename a collection',
    body: updateBody,
    reply: { status: 200, description: 'As it is now.', schema: one },
    failures: { ...missing, 409: 'It was deleted.' },
  },
  deleteCollection: {
    summary: 'Delete a collection: nobody is found in it any more; its persons stay',
    reply: { status: 200, description: 'It, marked as deleted.', schema: one },
    failures: missing,
  },
} as const satisfies Readonly<Record<string, OperationSpec>>;

export const toCollectionReply = (collection: Collection, client: string): z.infer<typeof collectionReply> => ({
  ...recordHead(collection, client),
  name: collection.name,
  description: collection.description ?? null,
  code: collection.code,
  deleted: collection.deleted,
});
