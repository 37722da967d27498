/** Milliseconds since the epoch as ISO 8601 in UTC, as every contract writes a time. */
export const iso = (ms: number): string => new Date(ms).toISOString();
