import type { IncomingMessage, ServerResponse } from 'node:http';

/** What every AWS service of the small cloud shares: where it runs, under whose account, and where it keeps its data. */
export interface CloudPlace {
  readonly region: string;
  readonly accountId: string;
  /** Folder that this service alone may write to; it exists. */
  readonly folder: string;
  /** `http://127.0.0.1:port` under which SDK clients reach the cloud; queue addresses carry it. */
  readonly endpoint: () => string;
  /** The one key pair that may sign; requests and presigned addresses are checked against it where AWS would refuse. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** One AWS service, speaking the wire protocol of the AWS SDK for JavaScript v3. */
export interface Service {
  /** Service name in a SigV4 credential scope: `dynamodb`, `s3`, `sqs`, `events`, `s3vectors`, `kms`. */
  readonly signingName: string;
  /** Answers one request completely; it never rejects for a caller's mistake. */
  readonly handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  readonly close: () => Promise<void> | void;
}
