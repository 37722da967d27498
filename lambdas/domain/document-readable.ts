import type { Measure } from './evidence.ts';
import { type Policy, type Signal, signal } from './verdict.ts';

/** Mean certainty from which a document counts as read, 0..1. */
export const READABLE = 0.6;

export const documentReadable = (ocrConfidence: Measure, policy: Policy): Signal =>
  signal(
    'document_readable',
    ocrConfidence,
    {
      threshold: READABLE,
      passes: 'The document was read.',
      fails: 'The document was read with too little certainty.',
      failFlags: ['document_not_recognised'],
      unavailableFlags: ['document_not_recognised'],
    },
    policy,
  );
