import { expect, it } from 'vitest';
import { failedMessages } from '../../../local/sqs/batch-response.ts';

const batch = new Set(['a', 'b']);

it.each([[undefined], [null], [{}], [{ batchItemFailures: [] }], [{ batchItemFailures: null }]])(
  'takes %j as success of the whole batch',
  (response) => {
    expect(failedMessages(response, batch)).toEqual(new Set());
  },
);

it('takes the messages named as failed', () => {
  expect(failedMessages({ batchItemFailures: [{ itemIdentifier: 'b' }, { itemIdentifier: 'b' }] }, batch)).toEqual(
    new Set(['b']),
  );
});

it.each([
  ['done'],
  [true],
  [[]],
  [{ batchItemFailures: {} }],
  [{ batchItemFailures: 'a' }],
  [{ batchItemFailures: [null] }],
  [{ batchItemFailures: ['a'] }],
  [{ batchItemFailures: [{}] }],
  [{ batchItemFailures: [{ itemIdentifier: '' }] }],
  [{ batchItemFailures: [{ itemIdentifier: null }] }],
  [{ batchItemFailures: [{ messageId: 'a' }] }],
  [{ batchItemFailures: [{ itemIdentifier: 'a' }, { itemIdentifier: 'not in the batch' }] }],
])('takes %j as failure of the whole batch', (response) => {
  expect(failedMessages(response, batch)).toBe('all');
});
