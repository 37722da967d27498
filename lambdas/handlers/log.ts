import { Logger } from '@aws-lambda-powertools/logger';
import type { Log } from '../http/answering.ts';

const logger = new Logger({ serviceName: 'selfsame' });

/** JSON lines on stdout. Callers pass ids, codes and durations; never a body, an image, a name, a key or a token. */
export const log: Log = {
  info: (message, fields) => logger.info(message, { ...fields }),
  error: (message, fields) => logger.error(message, { ...fields }),
};
