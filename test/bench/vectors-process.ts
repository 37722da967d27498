// S3 Vectors in a process of its own, whose memory can be told: `node vectors-process.ts <folder>` prints its endpoint.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createEndpoint } from '../../local/endpoint.ts';
import { createVectors } from '../../local/vectors/vectors.ts';
import { placeIn } from './vectors-place.ts';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: vectors-process.ts <folder>');
const vectors = createVectors(placeIn(folder));
vectors.ensureBucket('bench');
const server = createEndpoint([vectors]).listen(0, '127.0.0.1');
await once(server, 'listening');
console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
