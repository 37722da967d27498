import { describe, expect, it } from 'vitest';
import { misfits } from '../support/rekognition-model.ts';

describe('the checker of messages', () => {
  const image = { Bytes: 'AAAA' };
  it.each([
    ['DetectFacesRequest', { Image: image, Attributes: ['ALL'] }, 0],
    ['DetectFacesRequest', { Attributes: ['ALL'] }, 1],
    ['DetectFacesRequest', { Image: image, Attributes: ['NOSE'] }, 1],
    ['DetectFacesRequest', { Image: image, Attribute: ['ALL'] }, 1],
    ['DetectFacesRequest', { Image: { Bytes: 'not base64!' } }, 1],
    ['DetectFacesRequest', { Image: [] }, 1],
    ['CreateCollectionRequest', { CollectionId: 'a/b' }, 1],
    ['CreateCollectionRequest', { CollectionId: '' }, 1],
    ['CreateCollectionRequest', { CollectionId: 7 }, 1],
    ['CompareFacesRequest', { SourceImage: image, TargetImage: image, SimilarityThreshold: 101 }, 1],
    ['CompareFacesRequest', { SourceImage: image, TargetImage: image, SimilarityThreshold: '1' }, 1],
    ['DeleteFacesRequest', { CollectionId: 'c', FaceIds: ['not-a-uuid'] }, 1],
    ['DeleteFacesRequest', { CollectionId: 'c', FaceIds: [] }, 1],
    ['DetectFacesResponse', { FaceDetails: [{ Smile: { Value: 'yes' } }] }, 1],
    ['DetectFacesResponse', { Faces: [] }, 1],
  ])('finds in a %s %j: %d', (shape, message, count) => {
    expect(misfits(shape, message)).toHaveLength(count);
  });

  it('knows how long a name may be', () => {
    expect(misfits('CreateCollectionRequest', { CollectionId: 'x'.repeat(255) })).toEqual([]);
    expect(misfits('CreateCollectionRequest', { CollectionId: 'x'.repeat(256) })).toHaveLength(1);
  });

  it('knows no shape that the API has not', () => {
    expect(() => misfits('GuessFacesRequest', {})).toThrow('no GuessFacesRequest');
  });
});
