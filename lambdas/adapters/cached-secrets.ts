import type { Clock } from '../ports/system.ts';
import type { Secrets } from '../ports/trust.ts';

const keepMs = 300_000;
const most = 1000;

/** Opened secrets stay in memory for five minutes, so that a call in flight costs no round trip to KMS. */
export function cachedSecrets(secrets: Secrets, clock: Clock): Secrets {
  const opened = new Map<string, { readonly plain: Promise<string>; readonly until: number }>();
  return {
    seal: (tenantId, plain) => secrets.seal(tenantId, plain),
    async open(tenantId, sealed) {
      const name = `${tenantId}#${sealed}`;
      const known = opened.get(name);
      if (known && known.until > clock.now()) return known.plain;
      const plain = secrets.open(tenantId, sealed);
      opened.delete(name);
      opened.set(name, { plain, until: clock.now() + keepMs });
      const [oldest] = opened.keys();
      if (opened.size > most && oldest !== undefined) opened.delete(oldest);
      // A failure is not kept: the next call asks again.
      plain.catch(() => opened.delete(name));
      return plain;
    },
  };
}
