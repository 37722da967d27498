import { proofOf } from '../../lambdas/contracts/hosted/replies.ts';
import { type HostedSession, hostedSlots, incomingKey } from '../../lambdas/domain/hosted-session.ts';
import { ok, type Result } from '../../lambdas/domain/result.ts';
import type { Outcome } from '../../lambdas/domain/verification.ts';
import type { HostedFault } from '../../lambdas/usecases/judge-hosted.ts';
import { submitHosted } from '../../lambdas/usecases/submit-hosted.ts';
import { submitHostedSession } from '../../lambdas/usecases/submit-hosted-session.ts';
import { aSession } from '../support/hosted.ts';
import { digest } from '../support/memory.ts';
import { anOutcome } from '../support/verification.ts';
import { aWorld } from './world.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const baseUrl = 'https://verify.example';

/** A world with the hosted contract in it; `judge` stands for what looks at videos and photos. */
export function aHostedWorld(
  judge: () => Promise<Result<Outcome, HostedFault>> = async () => ok(anOutcome()),
  onWait: () => void = () => {},
) {
  const world = aWorld();
  const faults: unknown[] = [];
  const looked = { times: 0 };
  let drawn = 0;
  const deps = {
    ...world,
    random: { ...world.random, hex: (length: number) => String(++drawn).padStart(length, '0') },
    judge: async () => {
      looked.times++;
      return judge();
    },
    onFault: (error: unknown) => faults.push(error),
    wait: async (ms: number) => {
      world.clock.move(ms);
      onWait();
      await new Promise((next) => setImmediate(next));
    },
    downloads: { sign: async (key: string) => `https://storage.example/${key}` },
    proofOf: ({ fileSecret }: { readonly fileSecret: string }, slot: Parameters<typeof proofOf>[2]) =>
      proofOf({ sha256: digest.sha256 }, fileSecret, slot),
    nameOf: () => 'file',
  };
  const files = { selfie_video: bytes('video'), id_photo: bytes('photo') };
  const called = () => ({ baseUrl, receivedAt: world.clock.now(), asOf: world.clock.now() });
  const visitor = ({ tenantId, mode, id }: HostedSession) =>
    ({ tenantId, mode, keyId: id, keyType: 'session' }) as const;

  return {
    deps,
    looked,
    faults,
    visitor,
    /** A session in which all was done but to submit it. */
    async filled(change: Partial<HostedSession> = {}): Promise<HostedSession> {
      const createdAt = world.clock.now();
      const consent = { version: '1', lang: 'en', purpose: 'x', at: createdAt, ipHash: '' };
      const session = aSession({ tenantId: world.tenant.tenantId, createdAt, consent, ...change });
      await world.hostedSessions.open(session);
      for (const slot of hostedSlots) world.media.objects.set(incomingKey(session, slot), bytes(slot));
      return session;
    },
    /** @param since ms since the call came in, negative */
    submitForm: (attempt?: string, since = 0) =>
      submitHosted(deps, world.caller(), {
        ...called(),
        receivedAt: world.clock.now() + since,
        applicant: { userIdentifier: 'user_1' },
        files,
        ...(attempt !== undefined && { attempt }),
      }),
    submitSession: (session: HostedSession) => submitHostedSession(deps, visitor(session), called()),
  };
}
