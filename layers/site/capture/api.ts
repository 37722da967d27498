import type { HandOff, Kind, Session, Submitted, UploadForm } from './wire.ts';

/** Why a call did not come to an answer. */
export type CallFault = 'offline' | 'expired' | 'ended' | 'busy' | 'broken';

export type Called<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: CallFault };

export interface Api {
  readonly session: () => Promise<Called<Session>>;
  readonly consent: (version: string, lang: string) => Promise<Called<unknown>>;
  readonly upload: (kind: Kind, type: string, size: number) => Promise<Called<UploadForm>>;
  readonly handOff: () => Promise<Called<HandOff>>;
  /** Answers what the server found, also where it has to be done again. */
  readonly submit: () => Promise<Called<Submitted>>;
}

export function faultOf(status: number): CallFault {
  if (status === 401 || status === 403 || status === 404 || status === 410) return 'expired';
  if (status === 409) return 'ended';
  return status === 429 || status === 503 ? 'busy' : 'broken';
}

interface Refusal {
  readonly reasons?: readonly string[];
  readonly retry?: boolean;
  readonly which?: 'id_photo' | 'selfie_video';
}

/** The server's side of one session. The session's cookie says who calls; nothing of it is known here. */
export function createApi(checkId: string, call: typeof fetch = (...args) => fetch(...args)): Api {
  const base = `/verif/sessions/${encodeURIComponent(checkId)}`;
  const send = async (path: string, body?: unknown): Promise<Called<Response>> => {
    try {
      const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
      const headers = { accept: 'application/json', ...(body !== undefined && { 'content-type': 'application/json' }) };
      return { ok: true, value: await call(`${base}${path}`, { ...init, headers, credentials: 'same-origin' }) };
    } catch {
      return { ok: false, fault: 'offline' };
    }
  };
  const read = async <T>(path: string, body?: unknown): Promise<Called<T>> => {
    const sent = await send(path, body);
    if (!sent.ok) return sent;
    if (!sent.value.ok) return { ok: false, fault: faultOf(sent.value.status) };
    try {
      return { ok: true, value: (await sent.value.json()) as T };
    } catch {
      return { ok: false, fault: 'offline' };
    }
  };
  return {
    session: () => read(''),
    consent: (version, lang) => read('/consent', { version, lang }),
    upload: (kind, content_type, size) => read('/uploads', { kind, content_type, size }),
    handOff: () => read('/hand-off', {}),
    async submit() {
      const sent = await send('/submit', {});
      if (!sent.ok) return sent;
      const { ok, status } = sent.value;
      if (!ok && status !== 422) return { ok: false, fault: faultOf(status) };
      try {
        const body: Submitted & Refusal = await sent.value.json();
        if (ok) return { ok: true, value: { ...body, reasons: body.reasons ?? [] } };
        const which = body.which && { which: body.which };
        return {
          ok: true,
          value: { status: 'rejected', reasons: body.reasons ?? [], retry: body.retry ?? true, ...which },
        };
      } catch {
        return { ok: false, fault: 'offline' };
      }
    },
  };
}
