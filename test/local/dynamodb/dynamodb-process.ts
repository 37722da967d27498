// A process of its own for tests that kill it, and for measuring: `node dynamodb-process.ts <folder>` prints its endpoint.
import { startDynamoDb } from './running-dynamodb.ts';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: dynamodb-process.ts <folder>');
const { endpoint } = await startDynamoDb({ folder });
console.log(endpoint);
