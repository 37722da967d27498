/** What spoils a photo of a document. */
export const CONDITIONS = [
  'plain',
  'angle',
  'blur',
  'glare',
  'moire',
  'dark',
  'small',
  'sideways',
  'upside-down',
] as const;
export type Condition = (typeof CONDITIONS)[number];
