import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Template } from '../domain/evidence.ts';
import type { Tenants } from '../ports/accounts.ts';
import type { TemplateVault } from '../ports/people.ts';
import type { Secrets } from '../ports/trust.ts';

const algorithm = 'aes-256-gcm';
const keyBytes = 32;
const ivBytes = 12;
const tagBytes = 16;
/** Tenants whose sealed keys one process remembers. */
const mostTenants = 1000;

/**
 * AES-256-GCM (NIST SP 800-38D) under a key of the tenant, which KMS has wrapped with the tenant as context: forgetting that
 * one key forgets every template of the tenant. Tenant and owner are authenticated with the text. Throws on a `CropTemplate`.
 */
export function sealedTemplates(tenants: Pick<Tenants, 'templateKey'>, secrets: Secrets): TemplateVault {
  // A tenant's key never changes, so its sealed form is read once. Who may open it is asked of `secrets` every time.
  const sealedKeys = new Map<string, string>();
  const keyOf = async (tenantId: string): Promise<Buffer> => {
    const propose = () => secrets.seal(tenantId, randomBytes(keyBytes).toString('base64'));
    const sealed = sealedKeys.get(tenantId) ?? (await tenants.templateKey(tenantId, propose));
    if (sealedKeys.size >= mostTenants) sealedKeys.clear();
    sealedKeys.set(tenantId, sealed);
    return Buffer.from(await secrets.open(tenantId, sealed), 'base64');
  };
  const bound = (tenantId: string, owner: string): Buffer => Buffer.from(JSON.stringify([tenantId, owner]));
  return {
    async seal(tenantId, owner, templates) {
      const iv = randomBytes(ivBytes);
      const cipher = createCipheriv(algorithm, await keyOf(tenantId), iv).setAAD(bound(tenantId, owner));
      const text = Buffer.concat([cipher.update(JSON.stringify(templates.map(toStored))), cipher.final()]);
      return Buffer.concat([iv, cipher.getAuthTag(), text]).toString('base64');
    },
    async open(tenantId, owner, sealed) {
      const all = Buffer.from(sealed, 'base64');
      const decipher = createDecipheriv(algorithm, await keyOf(tenantId), all.subarray(0, ivBytes))
        .setAAD(bound(tenantId, owner))
        .setAuthTag(all.subarray(ivBytes, ivBytes + tagBytes));
      const text = Buffer.concat([decipher.update(all.subarray(ivBytes + tagBytes)), decipher.final()]);
      return (JSON.parse(text.toString()) as Stored[]).map(fromStored);
    },
    forget: async () => {},
  };
}

type Stored =
  | { readonly modelSet: string; readonly floats: string }
  | { readonly modelSet: string; readonly collection: string; readonly faceId: string };

function toStored(template: Template): Stored {
  if ('crop' in template) throw new Error('A picture of a face is not kept.');
  if (!('vector' in template)) return template;
  const { buffer, byteOffset, byteLength } = template.vector;
  return { modelSet: template.modelSet, floats: Buffer.from(buffer, byteOffset, byteLength).toString('base64') };
}

function fromStored(stored: Stored): Template {
  if (!('floats' in stored)) return stored;
  // Copied: what base64 decodes to need not lie where floats may begin.
  const bytes = Uint8Array.from(Buffer.from(stored.floats, 'base64'));
  return { modelSet: stored.modelSet, vector: new Float32Array(bytes.buffer) };
}
