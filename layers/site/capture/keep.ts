import type { Kind } from './wire.ts';

/** What this device remembers of a session: enough to go on after a reload, gone when the session is over. */
export interface Kept {
  readonly id: string;
  /** ms since the epoch; after that nothing of it is used, and the next visit deletes it. */
  readonly expiresAt: number;
  readonly files: Readonly<Partial<Record<Kind, Blob>>>;
  /** Files that the server has, in the state in which they are here. */
  readonly sent: Readonly<Partial<Record<Kind, boolean>>>;
}

const STORE = 'sessions';

const asked = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

async function open(): Promise<IDBDatabase> {
  const request = indexedDB.open('selfsame-capture', 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: 'id' });
  return asked(request);
}

/** One call on the store. Browsers that keep nothing (private windows, blocked storage) only lose the way back after a reload. */
async function use<T>(
  mode: IDBTransactionMode,
  call: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T | undefined> {
  try {
    const database = await open();
    try {
      return await asked(call(database.transaction(STORE, mode).objectStore(STORE)));
    } finally {
      database.close();
    }
  } catch {
    return undefined;
  }
}

export async function recall(id: string, now: number): Promise<Kept | undefined> {
  const all = (await use<Kept[]>('readonly', (store) => store.getAll())) ?? [];
  for (const old of all.filter(({ expiresAt }) => expiresAt <= now)) await forget(old.id);
  return all.find((one) => one.id === id && one.expiresAt > now);
}

export const remember = (kept: Kept): Promise<unknown> => use('readwrite', (store) => store.put(kept));
export const forget = (id: string): Promise<unknown> => use('readwrite', (store) => store.delete(id));
