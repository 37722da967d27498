import { describe, expect, it } from 'vitest';
import { type Api, type Called, createApi, faultOf } from '../../../layers/site/capture/api.ts';
import { backoffMs } from '../../../layers/site/capture/backoff.ts';
import type { sendFile } from '../../../layers/site/capture/send-file.ts';
import { createSender, type Sending } from '../../../layers/site/capture/sender.ts';
import { judge } from '../../../layers/site/capture/verdict.ts';
import type { Kind, Session, Submitted } from '../../../layers/site/capture/wire.ts';

const json = (status: number, body: unknown): Response => new Response(JSON.stringify(body), { status });

describe('calls of the page', () => {
  it('go to the session’s own address, with its cookie and nothing else', async () => {
    const calls: [string, RequestInit | undefined][] = [];
    const api = createApi('id/1', async (path, init) => {
      calls.push([String(path), init]);
      return json(200, {});
    });
    await api.consent('2026-11', 'fr');
    await api.session();
    expect(calls.map(([path, init]) => [path, init?.method, init?.body])).toEqual([
      ['/verif/sessions/id%2F1/consent', 'POST', '{"version":"2026-11","lang":"fr"}'],
      ['/verif/sessions/id%2F1', undefined, undefined],
    ]);
    for (const [, init] of calls) expect(init?.credentials).toBe('same-origin');
  });

  it('that do not come to an answer say why', async () => {
    expect([401, 403, 404, 410, 409, 429, 503, 500].map(faultOf)).toEqual([
      ...Array(4).fill('expired'),
      'ended',
      'busy',
      'busy',
      'broken',
    ]);
    const offline = createApi('1', () => Promise.reject(new TypeError('fetch failed')));
    expect(await offline.session()).toEqual({ ok: false, fault: 'offline' });
    const cut = createApi('1', async () => new Response('{"check', { status: 200 }));
    expect(await cut.session()).toEqual({ ok: false, fault: 'offline' });
  });

  it('for a verdict: what has to be taken again is an answer', async () => {
    const body = { success: false, error: 'x', reasons: ['video_too_short'], retry: true, which: 'selfie_video' };
    const submitted = await createApi('1', async () => json(422, body)).submit();
    expect(submitted).toEqual({
      ok: true,
      value: { status: 'rejected', reasons: ['video_too_short'], retry: true, which: 'selfie_video' },
    });
    expect(await createApi('1', async () => json(500, {})).submit()).toEqual({ ok: false, fault: 'broken' });
  });
});

describe('files on their way', () => {
  /** Sends that end when the test says so. */
  const world = () => {
    const running: { kind: Kind; file: Blob; end: (fault?: 'broken') => void }[] = [];
    const sent: [Kind, Blob][] = [];
    const states: Sending[] = [];
    const send: typeof sendFile = (_, kind, file) => new Promise((end) => running.push({ kind, file, end }));
    const sender = createSender(
      {} as Api,
      (state) => states.push(state),
      (kind, file) => sent.push([kind, file]),
      send,
    );
    const settle = () => new Promise((done) => setTimeout(done));
    return { running, sent, states, sender, settle };
  };
  const [first, second] = [new Blob(['1']), new Blob(['2'])];

  it('of two kinds go side by side', () => {
    const { sender, running } = world();
    sender.put('id_photo', first);
    sender.put('selfie_video', second);
    expect(running.map(({ kind }) => kind)).toEqual(['id_photo', 'selfie_video']);
  });

  it('of one kind go one after the other, and only the newest counts', async () => {
    const { sender, running, sent, settle } = world();
    sender.put('id_photo', first);
    sender.put('id_photo', second);
    expect(running).toHaveLength(1);
    running[0]?.end();
    await settle();
    expect(sent).toEqual([]);
    expect(running[1]?.file).toBe(second);
    running[1]?.end();
    await settle();
    expect(sent).toEqual([['id_photo', second]]);
  });

  it('that failed are sent again when the person wants it', async () => {
    const { sender, running, sent, states, settle } = world();
    sender.put('id_photo', first);
    running[0]?.end('broken');
    await settle();
    expect(states.at(-1)?.fault).toBe('broken');
    sender.again();
    expect(states.at(-1)?.fault).toBeUndefined();
    running[1]?.end();
    await settle();
    expect(sent).toHaveLength(1);
  });

  it('wait longer from try to try, and never for long', () => {
    expect(backoffMs(1, 1)).toBe(500);
    expect(backoffMs(3, 1)).toBe(2000);
    expect(backoffMs(3, 0)).toBe(1000);
    expect(backoffMs(50, 1)).toBe(8000);
  });
});

describe('the verdict', () => {
  const good: Submitted = { status: 'verified', reasons: [], retry: false };
  const lost = { ok: false, fault: 'offline' } as const;
  const state = (status: Session['status'], more: object = {}): Called<Session> => ({
    ok: true,
    value: { status, ...more } as Session,
  });

  /** A server that answers from two lists, and a clock that waiting moves. */
  const ask = async (submits: Called<Submitted>[], sessions: Called<Session>[] = []) => {
    let now = 0;
    const counts = { submits: 0 };
    const api = {
      submit: async () => {
        counts.submits += 1;
        return submits.length > 1 ? (submits.shift() as Called<Submitted>) : (submits[0] as Called<Submitted>);
      },
      session: async () =>
        sessions.length > 1 ? (sessions.shift() as Called<Session>) : (sessions[0] as Called<Session>),
    } as unknown as Api;
    const wait = async (ms: number) => {
      now += ms;
    };
    const judged = await judge(api, { now: () => now, wait });
    return { judged, ...counts };
  };

  it('comes with the answer', async () => {
    expect(await ask([{ ok: true, value: good }])).toEqual({ judged: { ok: true, value: good }, submits: 1 });
  });

  it('whose answer was lost is found in the session, and not asked for twice', async () => {
    const { judged, submits } = await ask(
      [lost],
      [lost, state('processing'), state('done', { result: { status: 'rejected', reasons: ['face_mismatch'] } })],
    );
    expect(judged).toEqual({ ok: true, value: { status: 'rejected', reasons: ['face_mismatch'], retry: false } });
    expect(submits).toBe(1);
  });

  it('is asked for again where the call never arrived', async () => {
    const { judged, submits } = await ask([lost, { ok: true, value: good }], [state('open')]);
    expect(judged).toEqual({ ok: true, value: good });
    expect(submits).toBe(2);
  });

  it('is given up where the session is over, or the server stays broken', async () => {
    expect((await ask([{ ok: false, fault: 'expired' }])).judged).toEqual({ ok: false, fault: 'expired' });
    expect((await ask([lost], [{ ok: false, fault: 'expired' }])).judged).toEqual({ ok: false, fault: 'expired' });
    expect((await ask([{ ok: false, fault: 'broken' }], [state('open')])).judged).toEqual({
      ok: false,
      fault: 'broken',
    });
    expect((await ask([lost], [lost])).judged).toEqual({ ok: false, fault: 'broken' });
  });
});
