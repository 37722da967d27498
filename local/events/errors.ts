import { AwsError } from '../aws-json.ts';

export const validation = (message: string) => new AwsError('ValidationException', message);
export const notFound = (what: string) => new AwsError('ResourceNotFoundException', `${what} does not exist.`);
export const alreadyExists = (what: string) =>
  new AwsError('ResourceAlreadyExistsException', `${what} already exists.`);
export const invalidPattern = (reason: string) =>
  new AwsError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${reason}`);
