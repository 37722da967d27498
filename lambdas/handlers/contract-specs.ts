import * as z from 'zod';
import { consoleOperations, consolePathParams } from '../contracts/console/operations.ts';
import { toErrorReply as toDocumentError } from '../contracts/document/errors.ts';
import { documentOperations, documentPathParams } from '../contracts/document/operations.ts';
import { errorReply as documentError } from '../contracts/document/schemas.ts';
import { toErrorReply as toHostedError } from '../contracts/hosted/errors.ts';
import { hostedOperations, hostedPathParams } from '../contracts/hosted/operations.ts';
import { errorReply as hostedError } from '../contracts/hosted/schemas.ts';
import { toLoginError } from '../contracts/login/errors.ts';
import { loginOperations, loginPathParams } from '../contracts/login/operations.ts';
import { loginError } from '../contracts/login/shapes.ts';
import type { OperationSpec } from '../contracts/operation.ts';
import { platformOperations, platformPathParams } from '../contracts/platform/operations.ts';
import { toErrorReply as toStepUpError } from '../contracts/step-up/errors.ts';
import { stepUpOperations, stepUpPathParams } from '../contracts/step-up/operations.ts';
import { errorReply as stepUpError } from '../contracts/step-up/schemas.ts';
import { toErrorReply as toSubmissionError } from '../contracts/submission/errors.ts';
import { submissionOperations, submissionPathParams } from '../contracts/submission/operations.ts';
import { errorReply } from '../contracts/submission/schemas.ts';
import { type RenderError, toProblem } from '../http/problem.ts';
import type { ContractName } from '../http/routes.ts';

const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    code: z.string(),
    request_id: z.string(),
    errors: z.record(z.string(), z.array(z.string())).exactOptional(),
  })
  .meta({ id: 'Problem', description: 'RFC 9457.' });

export interface ContractSpec {
  readonly operations: Readonly<Record<string, OperationSpec>>;
  readonly params: Readonly<Record<string, z.ZodType>>;
  readonly failed: { readonly schema: z.ZodType; readonly contentType: string };
  readonly toError: RenderError;
}

/** What each contract's calls are parsed with, what they answer, and how they fail. */
export const contracts: Readonly<Partial<Record<ContractName, ContractSpec>>> = {
  submission: {
    operations: submissionOperations,
    params: submissionPathParams,
    failed: { schema: errorReply, contentType: 'application/json' },
    toError: toSubmissionError,
  },
  'step-up': {
    operations: stepUpOperations,
    params: stepUpPathParams,
    failed: { schema: stepUpError, contentType: 'application/json' },
    toError: toStepUpError,
  },
  login: {
    operations: loginOperations,
    params: loginPathParams,
    failed: { schema: loginError, contentType: 'application/json' },
    toError: toLoginError,
  },
  document: {
    operations: documentOperations,
    params: documentPathParams,
    failed: { schema: documentError, contentType: 'application/json' },
    toError: toDocumentError,
  },
  hosted: {
    operations: hostedOperations,
    params: hostedPathParams,
    failed: { schema: hostedError, contentType: 'application/json' },
    toError: toHostedError,
  },
  console: {
    operations: consoleOperations,
    params: consolePathParams,
    failed: { schema: problem, contentType: 'application/problem+json' },
    toError: toProblem,
  },
  platform: {
    operations: platformOperations,
    params: platformPathParams,
    failed: { schema: problem, contentType: 'application/problem+json' },
    toError: toProblem,
  },
};
