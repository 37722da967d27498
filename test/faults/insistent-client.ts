import { setTimeout as wait } from 'node:timers/promises';
import { integrator, type Json, type Reply, type ServiceAddress, type TestTenant } from '../support/client.ts';

/** What an applicant's app uploads. */
export interface Images {
  readonly docFront: Uint8Array;
  readonly selfie: Uint8Array;
}

/** No answer came, or one that asks to try again: the service was killed, is starting, or is busy. */
const isPassing = (status: number): boolean => status === 409 || status === 429 || status >= 500;

/** `fetch` throws a TypeError for a connection that was refused or broke; anything else is a fault of the test. */
async function answerOf(attempt: () => Promise<Response>): Promise<Response | undefined>;
async function answerOf(attempt: () => Promise<Reply>): Promise<Reply | undefined>;
async function answerOf(attempt: () => Promise<Reply | Response>): Promise<Reply | Response | undefined> {
  try {
    return await attempt();
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/**
 * An integrator's client as it should be: it repeats what got no answer, with one `Idempotency-Key` per intent, and asks for
 * the verdict until there is one. `patienceMs` is how long it bears with one step.
 */
export function insistentClient(address: ServiceAddress, patienceMs: number) {
  const { api } = integrator(address);
  let repeated = 0;

  const insist = async <T extends { readonly status: number }>(
    step: string,
    expected: number,
    attempt: () => Promise<T | undefined>,
  ): Promise<T> => {
    const until = Date.now() + patienceMs;
    let last = 'no answer';
    while (Date.now() < until) {
      const answer = await attempt();
      if (answer?.status === expected) return answer;
      last = answer ? String(answer.status) : last;
      if (answer && !isPassing(answer.status)) throw new Error(`${step}: ${answer.status} ${JSON.stringify(answer)}`);
      repeated++;
      await wait(200);
    }
    throw new Error(`${step}: not done in ${patienceMs} ms; last: ${last}`);
  };

  const put = ({ url, method, headers }: Json, bytes: Uint8Array) =>
    insist('upload', 200, () =>
      answerOf(() => fetch(url, { method, headers, body: bytes as Uint8Array<ArrayBuffer> })),
    );

  /** Opens, uploads and submits; resolves when the submission was accepted. */
  const submit = async ({ keys }: TestTenant, idempotencyKey: string, images: Images): Promise<string> => {
    const headers = { 'idempotency-key': idempotencyKey };
    const { body: intent } = await insist('init', 200, () =>
      answerOf(() => api('POST', '/v1/verify/init', { key: keys.pkLive, headers, body: {} })),
    );
    const { verificationId, uploads } = intent;
    await Promise.all([put(uploads.docFront, images.docFront), put(uploads.selfie, images.selfie)]);
    const body = { verificationId, keys: { docFront: uploads.docFront.key, selfie: uploads.selfie.key } };
    await insist('submit', 202, () => answerOf(() => api('POST', '/v1/verify/submit', { key: keys.pkLive, body })));
    return verificationId;
  };

  /** Polls until the verification is completed. */
  const verdict = async ({ keys }: TestTenant, verificationId: string): Promise<Json> => {
    const until = Date.now() + patienceMs;
    while (Date.now() < until) {
      const polled = await answerOf(() => api('GET', `/v1/verify/${verificationId}`, { key: keys.skLive }));
      if (polled && polled.status !== 200 && !isPassing(polled.status)) throw new Error(`poll: ${polled.status}`);
      if (polled?.body?.status === 'completed') return polled.body;
      await wait(200);
    }
    throw new Error(`${verificationId} has no verdict after ${patienceMs} ms.`);
  };

  return { submit, verdict, repeated: () => repeated };
}
