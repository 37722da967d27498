import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEndpoint } from '../../local/endpoint.ts';
import type { CloudPlace, Service } from '../../local/service.ts';

export const credentials = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};

export interface ServedCloud<S extends Service> {
  readonly service: S;
  readonly place: CloudPlace;
  /** For the constructor of an SDK client; one attempt only, so that an error is seen at once. */
  readonly client: { endpoint: string; region: string; credentials: typeof credentials; maxAttempts: 1 };
  /** Closes the service and opens it again on the same data and address; `meanwhile` has the folder to itself. */
  readonly restart: (meanwhile?: () => Promise<void>) => Promise<S>;
  readonly close: () => Promise<void>;
}

/** Serves one service over HTTP on a free port, with its data in a folder that `close` removes. */
export async function serveCloud<S extends Service>(
  create: (place: CloudPlace) => S,
  now: () => number = Date.now,
): Promise<ServedCloud<S>> {
  const folder = mkdtempSync(join(tmpdir(), 'cloud-'));
  let endpoint = 'http://127.0.0.1:1';
  const place: CloudPlace = {
    region: 'eu-west-1',
    accountId: '123456789012',
    folder,
    endpoint: () => endpoint,
    credentials,
    now,
  };
  let service = create(place);
  const server = createEndpoint([
    {
      signingName: service.signingName,
      handle: (request, response) => service.handle(request, response),
      close: () => service.close(),
    },
  ]);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    get service() {
      return service;
    },
    place,
    client: { endpoint, region: place.region, credentials, maxAttempts: 1 },
    restart: async (meanwhile) => {
      await service.close();
      await meanwhile?.();
      service = create(place);
      return service;
    },
    close: async () => {
      await service.close();
      server.closeAllConnections();
      server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
