import type { Reviewer } from './reviewer.ts';
import type { Mode } from './verification.ts';

/** One tenant's live or test data: the two never meet. */
export interface Realm {
  readonly tenantId: string;
  readonly mode: Mode;
}

/** On whose behalf a use case runs; made from the key, never from the request's body. */
export interface Caller extends Realm {
  /** Of the key; of the session where a person calls with its token. */
  readonly keyId: string;
  readonly keyType: 'publishable' | 'secret' | 'session';
  /** Who sits at the console, where a person calls from there. */
  readonly reviewer?: Reviewer;
}
