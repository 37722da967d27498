import { AwsError } from '../aws-json.ts';

export const validation = (message: string) => new AwsError('ValidationException', message);
export const notFound = (what: string) =>
  new AwsError('NotFoundException', `The specified ${what} could not be found`, 404);
export const conflict = (message: string) => new AwsError('ConflictException', message, 409);
