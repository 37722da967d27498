import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import * as z from 'zod';
import { readState, writeState } from '../local/state-file.ts';

const tenantSchema = z.object({
  id: z.string(),
  keys: z.object({ pkLive: z.string(), skLive: z.string(), pkTest: z.string(), skTest: z.string() }),
  signingSecret: z.string(),
  webhookSecret: z.string(),
});
const accessSchema = z.object({ adminKey: z.string().min(1), tenant: tenantSchema.optional() });
const createdSchema = tenantSchema.omit({ id: true }).extend({ tenantId: z.string() });

/** The first tenant of a local run, with keys that the service itself shows only once. */
export type LocalTenant = z.infer<typeof tenantSchema>;

/** Credits of the default tenant: enough to try things out for long. */
const FIRST_CREDITS = 10_000;

/** The operator's key: from the environment, else the one that this data folder has always had. */
export function readAdminKey(accessFile: string, fromEnvironment: string | undefined): string {
  const stored = accessSchema.safeParse(readState(accessFile) ?? {});
  const access = stored.success ? stored.data : undefined;
  const adminKey = fromEnvironment || access?.adminKey || `admin_${randomBytes(24).toString('base64url')}`;
  if (adminKey !== access?.adminKey) writeState(accessFile, { ...access, adminKey });
  return adminKey;
}

/** Waits until the service says that it lives. @throws Error with the last answer after `timeoutMs`. */
async function waitForHealth(url: string, timeoutMs: number): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const answer = await fetch(`${url}/health`).then(
      async (response) => (response.ok ? undefined : `${response.status} ${await response.text()}`),
      (error: unknown) => String(error),
    );
    if (answer === undefined) return;
    if (Date.now() > deadline) throw new Error(`The service does not answer ${url}/health: ${answer}`);
    await wait(100);
  }
}

async function createTenant(url: string, adminKey: string): Promise<LocalTenant> {
  const response = await fetch(`${url}/v1/admin/tenants`, {
    method: 'POST',
    headers: { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'Default', credits: FIRST_CREDITS }),
  });
  const text = await response.text();
  if (response.status !== 201) throw new Error(`The default tenant was refused: ${response.status} ${text}`);
  const { tenantId, keys, signingSecret, webhookSecret } = createdSchema.parse(JSON.parse(text));
  return { id: tenantId, keys, signingSecret, webhookSecret };
}

async function exists(url: string, adminKey: string, tenantId: string): Promise<boolean> {
  const headers = { authorization: `Bearer ${adminKey}` };
  const response = await fetch(`${url}/v1/admin/tenants/${tenantId}`, { headers });
  if (response.ok || response.status === 404) return response.ok;
  throw new Error(`The default tenant cannot be read: ${response.status} ${await response.text()}`);
}

/**
 * Makes the default tenant through the running service's own Admin API, once per data folder.
 * @param accessFile keeps what the service shows only once (mode 0600)
 * @returns the tenant, and whether it is new
 */
export async function bootstrap(
  url: string,
  adminKey: string,
  accessFile: string,
): Promise<{ readonly tenant: LocalTenant; readonly created: boolean }> {
  await waitForHealth(url, 30_000);
  const { tenant } = accessSchema.parse(readState(accessFile));
  if (tenant && (await exists(url, adminKey, tenant.id))) return { tenant, created: false };
  const created = await createTenant(url, adminKey);
  writeState(accessFile, { adminKey, tenant: created });
  return { tenant: created, created: true };
}
