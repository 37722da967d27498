import type * as z from 'zod';
import type { OperationSpec } from '../operation.ts';
import { collectionOperations } from './collections.ts';
import { flowOperations } from './flows.ts';
import { personOperations } from './persons.ts';
import { projectOperations } from './projects.ts';
import { recognitionOperations } from './recognition.ts';
import { registrationOperations } from './registrations.ts';
import { id } from './shapes.ts';
import { validationOperations } from './validations.ts';

/** Each family's own, joined: what the description of the API and the handlers know them by. */
export const loginOperations = {
  ...projectOperations,
  ...flowOperations,
  ...collectionOperations,
  ...validationOperations,
  ...registrationOperations,
  ...personOperations,
  ...recognitionOperations,
} as const satisfies Readonly<Record<string, OperationSpec>>;

export const loginPathParams = {
  id: id.meta({ description: 'Id of the record.', example: '674de8df21c72be3cc42b8a9' }),
} as const satisfies Readonly<Record<string, z.ZodType>>;
