import * as z from 'zod';

/** ISO 8601 with a zone, or Unix seconds after 1970 and within four-digit years → milliseconds since the epoch. */
export const moment = z
  .union([z.iso.datetime({ offset: true }), z.number().int().positive().max(253_402_300_799)])
  .transform((value) => (typeof value === 'number' ? value * 1000 : Date.parse(value)));
