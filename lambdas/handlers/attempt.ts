import { systemDigest } from '../adapters/system.ts';
import type { Call } from '../http/endpoint.ts';

type Named = Pick<Call<unknown, unknown>, 'caller' | 'idempotencyKey' | 'requestHash'>;

/**
 * By which the same attempt is recognised when it is repeated, hex; undefined without a key. The key alone could be used again for
 * something else; the request alone could be meant twice. @param scope tells contracts apart whose ids derive from it
 */
export const attemptHash = (
  { caller: { tenantId, mode }, idempotencyKey: key, requestHash }: Named,
  ...scope: readonly string[]
): string | undefined =>
  key === undefined ? undefined : systemDigest.sha256(JSON.stringify([...scope, tenantId, mode, key, requestHash]));
