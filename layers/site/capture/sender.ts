import type { Api, CallFault } from './api.ts';
import { type Progress, sendFile } from './send-file.ts';
import type { Kind } from './wire.ts';

export interface Sending {
  readonly progress: Readonly<Partial<Record<Kind, Progress>>>;
  /** Why one of the files does not go on. */
  readonly fault?: CallFault;
}

/**
 * Sends files while the person goes on with the next thing. Of one kind, one at a time, and the newest last: an old photo must not
 * arrive after the one that replaced it.
 */
export function createSender(
  api: Api,
  told: (sending: Sending) => void,
  onSent: (kind: Kind, file: Blob) => void,
  send: typeof sendFile = sendFile,
) {
  const wanted: Partial<Record<Kind, Blob>> = {};
  const running = new Set<Kind>();
  let sending: Sending = { progress: {} };
  const tell = (next: Sending): void => {
    sending = next;
    told(sending);
  };
  const report = (kind: Kind, progress: Progress): void =>
    tell({ ...sending, progress: { ...sending.progress, [kind]: progress } });

  const run = async (kind: Kind): Promise<void> => {
    if (running.has(kind)) return;
    running.add(kind);
    for (let file = wanted[kind]; file; file = wanted[kind]) {
      const fault = await send(api, kind, file, (progress) => report(kind, progress));
      if (wanted[kind] !== file) continue;
      if (fault) {
        tell({ ...sending, fault });
        break;
      }
      delete wanted[kind];
      onSent(kind, file);
    }
    running.delete(kind);
  };

  return {
    /** Begins with a file, or with another one of the same kind. */
    put(kind: Kind, file: Blob): void {
      wanted[kind] = file;
      report(kind, { share: 0, state: 'waiting' });
      run(kind);
    },
    /** Goes on with what failed. */
    again(): void {
      const { fault: _, ...rest } = sending;
      tell(rest);
      for (const kind of Object.keys(wanted) as Kind[]) run(kind);
    },
  };
}
