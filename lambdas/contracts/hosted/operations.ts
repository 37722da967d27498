import * as z from 'zod';
import type { OperationSpec } from '../operation.ts';

export const hostedPathParams = {
  file: z.string().meta({ description: 'Name of a script or a style; it changes with the content.' }),
};

export const hostedOperations = {
  readAsset: {
    summary: 'A script or a style of the hosted page or the console',
    reply: { status: 200, description: 'For ever the same under this name.', contentType: 'text/javascript' },
    failures: { 404: 'There is no such file.' },
  },
} as const satisfies Record<string, OperationSpec>;
