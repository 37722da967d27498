/** A refusal that DynamoDB's callers see by name: the SDK turns `type` into the error's class. */
export class DynamoError extends Error {
  readonly type: string;
  /** Further members of the error's JSON, such as `Item` or `CancellationReasons`. */
  readonly detail: Readonly<Record<string, unknown>>;

  constructor(type: string, message: string, detail: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.name = type;
    this.type = type;
    this.detail = detail;
  }
}

const NAMESPACES: Readonly<Record<string, string>> = {
  ValidationException: 'com.amazon.coral.validate',
  SerializationException: 'com.amazon.coral.service',
  UnknownOperationException: 'com.amazon.coral.service',
  UnrecognizedClientException: 'com.amazon.coral.service',
  MissingAuthenticationTokenException: 'com.amazon.coral.service',
  InternalServerError: 'com.amazonaws.dynamodb.v20120810',
};

/** The `__type` of the wire: a Coral namespace, `#`, the error's name. */
export function wireType(type: string): string {
  return `${NAMESPACES[type] ?? 'com.amazonaws.dynamodb.v20120810'}#${type}`;
}

export function validation(message: string): DynamoError {
  return new DynamoError('ValidationException', message);
}

/** DynamoDB opens most complaints about a parameter's value with this sentence. */
export function invalidParameter(message: string): DynamoError {
  return validation(`One or more parameter values were invalid: ${message}`);
}

export function serialization(message: string): DynamoError {
  return new DynamoError('SerializationException', message);
}

export function notFound(message = 'Requested resource not found'): DynamoError {
  return new DynamoError('ResourceNotFoundException', message);
}
