import * as z from 'zod';

/** The form of a presigned upload. */
export const uploadForm = z
  .object({ url: z.string(), fields: z.record(z.string(), z.string()) })
  .meta({ description: 'Presigned POST that enforces type and size; put the file last, as field `file`.' });

/** Headers of a presigned PUT. */
export const uploadHeaders = z
  .record(z.string(), z.string())
  .meta({ description: 'To be sent with the PUT as they are.' });
