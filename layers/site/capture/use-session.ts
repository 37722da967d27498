import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Api } from './api.ts';
import { type Have, nextStep, resumeAt, retakes, type Step } from './flow.ts';
import { forget, type Kept, recall, remember } from './keep.ts';
import type { Ending } from './screens/result.tsx';
import { createSender, type Sending } from './sender.ts';
import { judge } from './verdict.ts';
import type { Kind, Result, Session, Submitted } from './wire.ts';

/** Where a person is. */
export type Place =
  | { readonly at: Step }
  | { readonly at: 'hand-off' }
  | { readonly at: 'checking' }
  | { readonly at: 'retry'; readonly submitted: Submitted }
  | { readonly at: 'result'; readonly result: Result }
  | { readonly at: 'ending'; readonly ending: Ending };

const clock = { now: () => Date.now(), wait: (ms: number) => new Promise<void>((done) => setTimeout(done, ms)) };

const endOf = (session: Session, now: number): Place | undefined => {
  if (session.status === 'done') {
    return session.result ? { at: 'result', result: session.result } : { at: 'ending', ending: 'done' };
  }
  if (session.status === 'processing') return { at: 'checking' };
  if (session.attempts_left <= 0) return { at: 'ending', ending: 'used_up' };
  return Date.parse(session.expires_at) <= now ? { at: 'ending', ending: 'expired' } : undefined;
};

/** One person's way through a session: what there is, what is kept on this device, what is sent, and where it goes on. */
export function useSession(boot: Session, api: Api) {
  const [session, setSession] = useState(boot);
  const [place, setPlace] = useState<Place>();
  const [sending, setSending] = useState<Sending>({ progress: {} });
  const kept = useRef<Kept>({ id: boot.check_id, expiresAt: Date.parse(boot.expires_at), files: {}, sent: {} });

  const have = (): Have => Object.fromEntries(Object.keys(kept.current.files).map((kind) => [kind, true]));
  const keep = (change: Partial<Kept>): void => {
    kept.current = { ...kept.current, ...change };
    remember(kept.current);
  };

  const sender = useMemo(
    () =>
      createSender(api, setSending, (kind, file) => {
        if (kept.current.files[kind] === file) keep({ sent: { ...kept.current.sent, [kind]: true } });
      }),
    [api],
  );

  const end = useCallback((next: Place): void => {
    forget(kept.current.id);
    setPlace(next);
  }, []);

  /** Reads the session again; moves on where it is over. */
  const refresh = async (): Promise<Session | undefined> => {
    const read = await api.session();
    if (!read.ok) {
      if (read.fault === 'expired') end({ at: 'ending', ending: 'expired' });
      return undefined;
    }
    setSession(read.value);
    const over = endOf(read.value, Date.now());
    // Another device, or an earlier call, has it judged: what is here may be wanted again.
    if (over?.at === 'checking') setPlace(over);
    else if (over) end(over);
    return over ? undefined : read.value;
  };

  // Once, when the page is new.
  useEffect(() => {
    const over = endOf(boot, Date.now());
    if (over) return setPlace(over);
    recall(boot.check_id, Date.now()).then((found) => {
      if (found) kept.current = { ...found, expiresAt: kept.current.expiresAt };
      for (const [kind, file] of Object.entries(kept.current.files) as [Kind, Blob][]) {
        if (!kept.current.sent[kind]) sender.put(kind, file);
      }
      setPlace({ at: resumeAt(boot, have()) });
    });
    const left = Date.parse(boot.expires_at) - Date.now();
    const timer = setTimeout(() => !isSettled.current && refresh(), Math.min(left + 1000, 2 ** 31 - 1));
    return () => clearTimeout(timer);
  }, []);

  /** Nothing that time could still end. */
  const isSettled = useRef(false);
  isSettled.current = ['checking', 'result', 'ending'].includes(place?.at ?? '');

  // All is there and sent: the verdict is asked for.
  const isSent =
    place?.at === 'send' && !sending.fault && Object.values(sending.progress).every(({ state }) => state === 'sent');
  useEffect(() => {
    if (isSent) setPlace({ at: 'checking' });
  }, [isSent]);
  const faulty = sending.fault === 'expired' || sending.fault === 'ended';
  // Once for each fault.
  useEffect(() => {
    if (faulty) refresh();
  }, [faulty]);

  const checking = place?.at === 'checking';
  // Once for each time that the verdict is waited for.
  useEffect(() => {
    if (!checking) return;
    judge(api, clock).then(async (judged) => {
      if (!judged.ok) {
        if (judged.fault === 'broken' || judged.fault === 'busy' || judged.fault === 'offline') {
          return setPlace({ at: 'ending', ending: 'broken' });
        }
        return end({ at: 'ending', ending: judged.fault === 'ended' ? 'done' : 'expired' });
      }
      const submitted = judged.value;
      if (!submitted.retry || submitted.status === 'verified') return end({ at: 'result', result: submitted });
      const fresh = await api.session();
      if (fresh.ok) setSession(fresh.value);
      if (fresh.ok && fresh.value.attempts_left <= 0) return end({ at: 'ending', ending: 'used_up' });
      setPlace({ at: 'retry', submitted });
    });
  }, [checking]);

  return {
    session,
    place,
    sending,
    go: setPlace,
    refresh,
    sendAgain: () => sender.again(),
    /** Where it was: after a fault of ours, which may have lost what was sent, or when another device was to go on. */
    async resume(): Promise<void> {
      const fresh = await refresh();
      if (!fresh) return;
      for (const [kind, file] of Object.entries(kept.current.files) as [Kind, Blob][]) {
        if (!fresh.uploads[kind]) sender.put(kind, file);
      }
      setPlace({ at: resumeAt(fresh, have()) });
    },
    /** From the welcome on. */
    start: () => setPlace({ at: nextStep('welcome', session, have()) }),
    /** Records the consent; answers whether it was. */
    async consent(lang: string): Promise<boolean> {
      const given = await api.consent(session.consent.version, lang);
      if (!given.ok) {
        if (given.fault === 'expired' || given.fault === 'ended') refresh();
        return false;
      }
      const agreed = { ...session, consent: { ...session.consent, given: true } };
      setSession(agreed);
      setPlace({ at: nextStep('consent', agreed, have()) });
      return true;
    },
    /** Takes a file into use: kept, and on its way, while the person goes on. */
    take(kind: Kind, file: Blob): void {
      keep({ files: { ...kept.current.files, [kind]: file }, sent: { ...kept.current.sent, [kind]: false } });
      sender.put(kind, file);
      setPlace({ at: nextStep(kind, session, have()) });
    },
    /** Once more, with what was not good. */
    retry(submitted: Submitted): void {
      const again = retakes(submitted, session);
      const without = <T>(of: Readonly<Partial<Record<Kind, T>>>) =>
        Object.fromEntries(Object.entries(of).filter(([kind]) => !again.includes(kind as Kind)));
      keep({ files: without(kept.current.files), sent: without(kept.current.sent) });
      const uploads = { ...session.uploads, ...Object.fromEntries(again.map((kind) => [kind, false])) };
      const fresh = { ...session, uploads };
      setSession(fresh);
      setPlace({ at: resumeAt(fresh, have()) });
    },
  };
}
