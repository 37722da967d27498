import type { AddressInfo } from 'node:net';
import { createEndpoint } from '../../../local/endpoint.ts';
import { createS3 } from '../../../local/s3/s3.ts';
import { credentials } from '../serve-cloud.ts';

// Runs as a child process that its test kills in the middle of uploads.
const [folder = '', region = ''] = process.argv.slice(2);
let endpoint = '';
const s3 = createS3({
  region,
  accountId: '123456789012',
  folder,
  endpoint: () => endpoint,
  credentials,
  now: Date.now,
});
const server = createEndpoint([s3]).listen(0, '127.0.0.1', () => {
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  process.stdout.write(`${endpoint}\n`);
});
