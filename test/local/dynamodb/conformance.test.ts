import { afterAll, describe } from 'vitest';
import { caseClient, dynamoCases } from './dynamo-cases.ts';
import { type RunningDynamoDb, startDynamoDb } from './running-dynamodb.ts';

describe('the local DynamoDB', () => {
  let running: RunningDynamoDb | undefined;
  dynamoCases(async () => {
    running = await startDynamoDb({ sweepMs: 100 });
    return caseClient(running.endpoint);
  });
  afterAll(() => running?.stop());
});
