import { specimen } from '../../bin/specimen/specimen.ts';
import { integrator, type ServiceAddress, type TestTenant } from '../support/client.ts';
import { portrait, selfie } from '../support/faces.ts';

export const script = '<img src=x onerror=alert(1)><script>alert(1)</script>';

export interface Stage {
  readonly tenant: TestTenant;
  /** Wait for a person. */
  readonly waiting: readonly string[];
  readonly approved: string;
  readonly rejected: string;
}

const junk = new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]);

/** A partner with a handful of verifications of every kind, script in every field that takes text. */
export async function stageConsole(service: ServiceAddress, webhookUrl?: string): Promise<Stage> {
  const { api, tenant: create, uploaded, verdict, init } = integrator(service);
  const settings = {
    // What one selfie shows of life depends on the models that are there; what is seen here does not.
    requireLiveness: false,
    allowedOrigins: ['https://shop.example'],
    returnUrls: ['https://shop.example/verified'],
    ...(webhookUrl && { webhookUrl }),
  };
  const tenant = await create({ name: 'Acme Exchange', credits: 250, settings });
  const { pkLive, skLive } = tenant.keys;
  const run = async (
    images: { readonly docFront: Uint8Array; readonly selfie: Uint8Array },
    claims: object,
    more: object = {},
  ): Promise<string> => {
    const body = await uploaded(pkLive, images, claims);
    const accepted = await api('POST', '/v1/verify/submit', { key: pkLive, body: { ...body, ...more } });
    if (accepted.status !== 202) throw new Error(`Not accepted: ${accepted.text}`);
    await verdict(skLive, body.verificationId);
    return body.verificationId;
  };
  const ana = { docFront: await specimen({ portrait: await portrait('ana') }), selfie: await selfie('ana') };
  const impostor = { ...ana, selfie: await selfie('dora') };
  const approved = await run(
    ana,
    { userRef: 'customer-1041', country: 'ES' },
    { metadata: { plan: 'gold', note: script } },
  );
  // Another name than the document's: a person has to look.
  const waiting = [
    await run(ana, { userRef: 'customer-1042', submittedFullName: script }, { metadata: { order: 7713 } }),
    await run(ana, { userRef: script, submittedFullName: 'Somebody Else' }),
  ];
  const rejected = await run(impostor, { userRef: 'customer-1043' });
  for (const userRef of ['customer-1044', 'customer-1045']) await run({ docFront: junk, selfie: junk }, { userRef });
  await init(pkLive, { userRef: 'customer-1046' });
  return { tenant, waiting, approved, rejected };
}
