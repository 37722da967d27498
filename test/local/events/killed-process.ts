import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createEndpoint } from '../../../local/endpoint.ts';
import { createEvents } from '../../../local/events/events.ts';
import { credentials } from '../serve-cloud.ts';

// Runs as a child process that its test kills: a bus whose only target never answers.
const [folder = ''] = process.argv.slice(2);
const place = {
  region: 'eu-west-1',
  accountId: '123456789012',
  folder,
  endpoint: () => 'http://127.0.0.1:1',
  credentials,
  now: Date.now,
};
const events = createEvents(place, () => new Promise(() => {}));
events.ensureBus('jobs');
events.ensureRule('all', {
  EventBusName: 'jobs',
  EventPattern: { source: ['app'] },
  Targets: [{ Id: 'queue', Arn: 'arn:queue' }],
});
events.start();
const server = createEndpoint([events]).listen(0, '127.0.0.1');
await once(server, 'listening');
process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
