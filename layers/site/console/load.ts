import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { CallError, get } from './api.ts';
import type { Page } from './wire.ts';

export interface Loaded<T> {
  readonly data: T | undefined;
  readonly error: CallError | undefined;
  readonly loading: boolean;
  readonly reload: () => void;
  /** Shows what is known already, without asking. */
  readonly set: (data: T) => void;
}

const asCallError = (error: unknown): CallError =>
  error instanceof CallError ? error : new CallError(0, error instanceof Error ? error.message : String(error));

/** What an address answers, asked for again where it changes; what was there stays until the new is. */
export function useLoad<T>(path: string): Loaded<T> {
  const [state, setState] = useState<{ path: string; data?: T; error?: CallError; loading: boolean }>({
    path,
    loading: true,
  });
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    const abort = new AbortController();
    setState((before) => ({ ...(before.path === path && before.data && { data: before.data }), path, loading: true }));
    get<T>(path, abort.signal).then(
      (data) => setState({ path, data, loading: false }),
      (error: unknown) => {
        if (!abort.signal.aborted) setState({ path, error: asCallError(error), loading: false });
      },
    );
    return () => abort.abort();
  }, [path, turn]);
  const current = state.path === path;
  return {
    data: current ? state.data : undefined,
    error: current ? state.error : undefined,
    loading: !current || state.loading,
    reload: useCallback(() => setTurn((before) => before + 1), []),
    set: useCallback((data: T) => setState({ path, data, loading: false }), [path]),
  };
}

export interface Listed<T> {
  readonly items: readonly T[];
  readonly error: CallError | undefined;
  readonly loading: boolean;
  /** There may be more. */
  readonly more: boolean;
  readonly next: () => void;
  readonly reload: () => void;
  readonly replace: (change: (item: T) => T) => void;
}

/** Rows that one look asks for at least, as long as there are any. */
const enough = 25;
/** Calls that one look makes at most: where hardly anything matches, a person decides whether to look further back. */
const mostCalls = 4;

/** A list that grows page by page. A search that finds little looks a few pages further by itself. */
export function useList<T>(path: string): Listed<T> {
  const [state, setState] = useState<{
    path: string;
    items: readonly T[];
    cursor?: string | undefined;
    error?: CallError;
    loading: boolean;
  }>({ path, items: [], loading: true });
  const [turn, setTurn] = useState(0);
  const running = useRef<AbortController>(undefined);

  const look = useCallback(
    async (known: readonly T[], from: string | undefined) => {
      running.current?.abort();
      const abort = new AbortController();
      running.current = abort;
      setState({ path, items: known, loading: true });
      let items = known;
      let cursor = from;
      try {
        for (let calls = 0; calls < mostCalls && items.length < known.length + enough; calls++) {
          const separator = path.includes('?') ? '&' : '?';
          const at = cursor === undefined ? path : `${path}${separator}cursor=${encodeURIComponent(cursor)}`;
          const page = await get<Page<T>>(at, abort.signal);
          items = [...items, ...page.items];
          cursor = page.cursor;
          if (cursor === undefined) break;
        }
        setState({ path, items, cursor, loading: false });
      } catch (error) {
        if (!abort.signal.aborted) setState({ path, items, cursor, error: asCallError(error), loading: false });
      }
    },
    [path],
  );

  useEffect(() => {
    void look([], undefined);
    return () => running.current?.abort();
  }, [look, turn]);

  const current = state.path === path;
  return {
    items: current ? state.items : [],
    error: current ? state.error : undefined,
    loading: !current || state.loading,
    more: current && state.cursor !== undefined,
    next: () => void look(state.items, state.cursor),
    reload: useCallback(() => setTurn((before) => before + 1), []),
    replace: useCallback((change) => setState((before) => ({ ...before, items: before.items.map(change) })), []),
  };
}
