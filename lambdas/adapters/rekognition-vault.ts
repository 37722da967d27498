import {
  CreateCollectionCommand,
  DeleteCollectionCommand,
  type RekognitionClient,
  ResourceAlreadyExistsException,
  ResourceNotFoundException,
} from '@aws-sdk/client-rekognition';
import type { Template } from '../domain/evidence.ts';
import type { KeptFaces, TemplateVault } from '../ports/people.ts';
import type { KeptNotes } from './dynamo-kept-faces.ts';
import { unless } from './expected-error.ts';
import { collectionName, indexFace } from './rekognition-gallery.ts';

const collectionOf = (tenantId: string, owner: string): string => collectionName(tenantId, 'kept', owner);

/** One collection for each owner: nothing of an owner outlives it, and a comparison meets nobody else. */
export const rekognitionKeptFaces = (client: RekognitionClient, notes: KeptNotes): KeptFaces => ({
  async forget(tenantId, owner) {
    const CollectionId = collectionOf(tenantId, owner);
    await unless(ResourceNotFoundException, client.send(new DeleteCollectionCommand({ CollectionId })));
    await notes.settle(tenantId, owner);
  },
  due: (at, limit) => notes.due(at, limit),
});

/** Rekognition gives no templates away: it keeps the faces, and what is sealed says where. */
export function rekognitionVault(sealed: TemplateVault, client: RekognitionClient, notes: KeptNotes): TemplateVault {
  const kept = rekognitionKeptFaces(client, notes);
  return {
    async seal(tenantId, owner, templates) {
      const CollectionId = collectionOf(tenantId, owner);
      if (templates.some((template) => 'crop' in template)) {
        await notes.note(tenantId, owner);
        await unless(ResourceAlreadyExistsException, client.send(new CreateCollectionCommand({ CollectionId })));
      }
      const keep = async (template: Template): Promise<Template> =>
        'crop' in template ? indexFace(client, CollectionId, owner, template) : template;
      return sealed.seal(tenantId, owner, await Promise.all(templates.map(keep)));
    },
    async open(tenantId, owner, text) {
      const templates = await sealed.open(tenantId, owner, text);
      if (templates.some((template) => 'faceId' in template)) await notes.note(tenantId, owner);
      return templates;
    },
    async forget(tenantId, owner) {
      await kept.forget(tenantId, owner);
      await sealed.forget(tenantId, owner);
    },
  };
}
