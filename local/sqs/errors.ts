import { AwsError } from '../aws-json.ts';

export const queueDoesNotExist = () =>
  new AwsError(
    'QueueDoesNotExist',
    'The specified queue does not exist.',
    400,
    'AWS.SimpleQueueService.NonExistentQueue',
  );

export const invalidValue = (reason: string) =>
  new AwsError('InvalidParameterValueException', reason, 400, 'InvalidParameterValue');

export const missingParameter = (name: string) =>
  new AwsError(
    'MissingRequiredParameterException',
    `The request must contain the parameter ${name}.`,
    400,
    'MissingParameter',
  );

export const invalidAttributeValue = (name: string, value: unknown, reason = '') =>
  new AwsError(
    'InvalidAttributeValue',
    `Invalid value "${String(value)}" for the parameter ${name}.${reason && ` ${reason}`}`,
  );

export const invalidAttributeName = (name: string) =>
  new AwsError('InvalidAttributeName', `Unknown Attribute ${name}.`);

export const invalidReceipt = (handle: string) =>
  new AwsError('ReceiptHandleIsInvalid', `The input receipt handle "${handle}" is not a valid receipt handle.`, 404);

export const notInFlight = () =>
  new AwsError(
    'MessageNotInflight',
    'The message referred to is not in flight.',
    400,
    'AWS.SimpleQueueService.MessageNotInflight',
  );

export const invalidContents = (message: string) => new AwsError('InvalidMessageContents', message);

/** Errors about a batch as a whole; entries that fail alone are listed in the answer instead. */
export const batchError = (
  code:
    | 'EmptyBatchRequest'
    | 'TooManyEntriesInBatchRequest'
    | 'BatchEntryIdsNotDistinct'
    | 'InvalidBatchEntryId'
    | 'BatchRequestTooLong',
  message: string,
) => new AwsError(code, message, 400, `AWS.SimpleQueueService.${code}`);
