import {
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  NoSuchKey,
  NotFound,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { Media } from '../ports.ts';

/** What the PUT is signed for; the POST takes any image type. What was really uploaded is told by its bytes. */
const putType = 'image/jpeg';

export const s3Media = (client: S3Client, bucket: string): Media => ({
  async presign(key, { ttlSeconds, maxBytes }) {
    const [url, post] = await Promise.all([
      getSignedUrl(client, new PutObjectCommand({ Bucket: bucket, Key: key, ContentType: putType }), {
        expiresIn: ttlSeconds,
        signableHeaders: new Set(['content-type']),
      }),
      createPresignedPost(client, {
        Bucket: bucket,
        Key: key,
        Expires: ttlSeconds,
        Conditions: [
          ['content-length-range', 1, maxBytes],
          ['starts-with', '$Content-Type', 'image/'],
        ],
        Fields: { 'Content-Type': putType },
      }),
    ]);
    return { key, url, method: 'PUT', headers: { 'content-type': putType }, post };
  },

  async size(key) {
    try {
      return (await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }))).ContentLength ?? 0;
    } catch (error) {
      if (error instanceof NotFound || error instanceof NoSuchKey) return undefined;
      throw error;
    }
  },

  async read(key) {
    try {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      return await Body?.transformToByteArray();
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  },

  async delete(keys) {
    if (keys.length === 0) return;
    const Objects = keys.map((Key) => ({ Key }));
    const { Errors } = await client.send(
      new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }),
    );
    if (Errors?.length) throw new Error(`${Errors.length} objects were not deleted: ${Errors[0]?.Code}.`);
  },
});
