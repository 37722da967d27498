import type { Mode } from './verification.ts';

/** On whose behalf a use case runs; made from the key, never from the request's body. */
export interface Caller {
  readonly tenantId: string;
  readonly mode: Mode;
  /** Of the key; of the session where a person calls with its token. */
  readonly keyId: string;
  readonly keyType: 'publishable' | 'secret' | 'session';
}
