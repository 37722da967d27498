import { systemClock, systemRandom } from '../adapters/system.ts';
import { toErrorReply as toDocumentError } from '../contracts/document/errors.ts';
import { toErrorReply as toHostedError } from '../contracts/hosted/errors.ts';
import { toLoginError } from '../contracts/login/errors.ts';
import { toErrorReply as toStepUpError } from '../contracts/step-up/errors.ts';
import { toErrorReply } from '../contracts/submission/errors.ts';
import type { Pipeline } from '../http/pipeline.ts';
import { settings } from './environment.ts';
import { log } from './log.ts';

/** What every HTTP function's pipeline has in common. */
export const answeringDeps: Pipeline = {
  clock: systemClock,
  random: systemRandom,
  log,
  errors: {
    submission: toErrorReply,
    'step-up': toStepUpError,
    login: toLoginError,
    document: toDocumentError,
    hosted: toHostedError,
  },
  settings,
};
