import * as z from 'zod';

/** What a caller attaches: depth and size are bounded so that what is echoed stays small, 16 KB of JSON. */
export const metadata = z
  .record(z.string(), z.json())
  .refine((value) => new TextEncoder().encode(JSON.stringify(value)).length <= 16_384, 'must be at most 16 KB as JSON');
