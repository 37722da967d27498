import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import * as z from 'zod';
import { readState, writeState } from './state-file.ts';

const identitySchema = z.object({
  accessKeyId: z.string(),
  secretAccessKey: z.string(),
  /** Port of the AWS endpoint: presigned addresses and queue addresses carry it. */
  port: z.number().int().min(0).max(65_535),
});

/** What a cloud must keep over restarts, so that addresses and signatures given out before stay good. */
export type CloudIdentity = z.infer<typeof identitySchema>;

const file = (folder: string): string => join(folder, 'cloud.json');

/** The folder's identity; a new one has random keys of its own and no port yet (0). */
export function readIdentity(folder: string): CloudIdentity {
  const stored = readState(file(folder));
  if (stored !== undefined) return identitySchema.parse(stored);
  return {
    accessKeyId: `AKIA${randomBytes(10).toString('hex').toUpperCase().slice(0, 16)}`,
    secretAccessKey: randomBytes(30).toString('base64url'),
    port: 0,
  };
}

export function writeIdentity(folder: string, identity: CloudIdentity): void {
  writeState(file(folder), identity);
}
