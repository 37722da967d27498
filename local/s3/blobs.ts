import { randomUUID } from 'node:crypto';
import { mkdirSync, openSync, readdirSync, rmSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Bytes on their way to disk. They count for nothing until a row names `id`. */
export interface BlobWriter {
  readonly id: string;
  readonly write: (chunk: Uint8Array) => Promise<void>;
  /** Resolves when the bytes survive a power cut. */
  readonly finish: () => Promise<void>;
  readonly discard: () => Promise<void>;
}

/** Immutable files named by random ids. Which of them exist for S3 is only what the index says. */
export interface Blobs {
  readonly create: () => Promise<BlobWriter>;
  /** Opens at once, so that no deletion slips between looking up a row and opening its file. */
  readonly open: (id: string) => number;
  readonly remove: (ids: readonly string[]) => Promise<void>;
}

/**
 * @param referenced ids that the index names; every other file was left behind by a killed process and is removed. No other
 * process may be at work in the folder.
 */
export function openBlobs(folder: string, referenced: ReadonlySet<string>): Blobs {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(folder)) {
    if (!referenced.has(name)) rmSync(join(folder, name), { force: true });
  }
  const path = (id: string) => join(folder, id);
  const remove = async (ids: readonly string[]) => {
    for (const id of ids) await rm(path(id), { force: true });
  };
  return {
    remove,
    open: (id) => openSync(path(id), 'r'),
    create: async () => {
      const id = randomUUID();
      const file = await open(path(id), 'wx', 0o600);
      return {
        id,
        write: async (chunk) => {
          for (let done = 0; done < chunk.length; ) {
            done += (await file.write(chunk, done)).bytesWritten;
          }
        },
        finish: async () => {
          await file.datasync();
          await file.close();
        },
        discard: async () => {
          await file.close().catch(() => {});
          await remove([id]);
        },
      };
    },
  };
}

/** Runs `fill` on a fresh blob; if it throws, no trace of the blob remains. */
export async function writeBlob<T>(
  blobs: Blobs,
  fill: (write: BlobWriter['write']) => Promise<T>,
): Promise<{ readonly blob: string; readonly result: T }> {
  const writer = await blobs.create();
  try {
    const result = await fill(writer.write);
    await writer.finish();
    return { blob: writer.id, result };
  } catch (error) {
    await writer.discard();
    throw error;
  }
}
