/**
 * The messages that a function reports as failed, or `all`. AWS reads the answer strictly: no answer, no list, a null
 * list and an empty list mean success of the whole batch; a list that it cannot read, or one that names a message that
 * is not in the batch, means failure of the whole batch.
 * Lambda developer guide, "Implementing partial batch responses": success and failure conditions.
 */
export function failedMessages(response: unknown, batch: ReadonlySet<string>): ReadonlySet<string> | 'all' {
  if (response === undefined || response === null) return new Set();
  if (typeof response !== 'object' || Array.isArray(response)) return 'all';
  const failures = 'batchItemFailures' in response ? response.batchItemFailures : undefined;
  if (failures === undefined || failures === null) return new Set();
  if (!Array.isArray(failures)) return 'all';
  const failed = new Set<string>();
  for (const failure of failures as readonly unknown[]) {
    const id =
      typeof failure === 'object' && failure !== null && 'itemIdentifier' in failure
        ? failure.itemIdentifier
        : undefined;
    if (typeof id !== 'string' || !batch.has(id)) return 'all';
    failed.add(id);
  }
  return failed;
}
