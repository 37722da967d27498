import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDynamoDb, type DynamoDb, type DynamoDbOptions } from '../../../local/dynamodb/dynamodb.ts';
import { createEndpoint } from '../../../local/endpoint.ts';

export interface RunningDynamoDb {
  readonly endpoint: string;
  readonly folder: string;
  readonly service: DynamoDb;
  /** Stops it; the folder stays unless it was made here. */
  readonly stop: () => Promise<void>;
}

/** Our DynamoDB behind the cloud's endpoint on a free port. */
export async function startDynamoDb(
  options: DynamoDbOptions & { readonly folder?: string; readonly now?: () => number } = {},
): Promise<RunningDynamoDb> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'dynamodb-'));
  let endpoint = '';
  const service = createDynamoDb(
    {
      region: 'us-east-1',
      accountId: '000000000000',
      folder,
      endpoint: () => endpoint,
      credentials: { accessKeyId: 'AKIAEXAMPLE0000', secretAccessKey: 'example' },
      now: options.now ?? Date.now,
    },
    options,
  );
  const server = createEndpoint([service]);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    endpoint,
    folder,
    service,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await service.close();
      if (!options.folder) rmSync(folder, { recursive: true, force: true });
    },
  };
}
