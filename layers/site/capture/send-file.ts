import type { Api, CallFault } from './api.ts';
import { backoffMs, pause } from './backoff.ts';
import type { Kind, UploadForm } from './wire.ts';

export interface Progress {
  /** 0..1. */
  readonly share: number;
  readonly state: 'waiting' | 'sending' | 'retrying' | 'sent';
}

/** Tries while the network is there; those without it are not counted. */
const MOST_TRIES = 6;
/** Nothing moves for so long: the connection is dead, ms. */
const STALL_MS = 20_000;

/** Types that forms are signed for carry no parameters: `video/webm;codecs=vp9` is `video/webm`. */
const plainType = (type: string): string => type.split(';')[0]?.trim() || 'application/octet-stream';

function post(form: UploadForm, file: Blob, told: (share: number) => void): Promise<number> {
  return new Promise((resolve) => {
    const data = new FormData();
    for (const [name, value] of Object.entries(form.fields)) data.append(name, value);
    // Storage reads the form in order: what comes after the file is not seen.
    data.append('file', file);
    const request = new XMLHttpRequest();
    let stall: ReturnType<typeof setTimeout>;
    const alive = (): void => {
      clearTimeout(stall);
      stall = setTimeout(() => request.abort(), STALL_MS);
    };
    request.upload.onprogress = ({ loaded, total }) => {
      alive();
      told(total > 0 ? loaded / total : 0);
    };
    request.onloadend = () => {
      clearTimeout(stall);
      resolve(request.status);
    };
    request.open('POST', form.url);
    alive();
    request.send(data);
  });
}

/** Sends one file, again and again where the network fails; ends with a fault only where trying on is of no use. */
export async function sendFile(
  api: Api,
  kind: Kind,
  file: Blob,
  told: (progress: Progress) => void,
): Promise<CallFault | undefined> {
  for (let attempt = 1; attempt <= MOST_TRIES; ) {
    told({ share: 0, state: attempt === 1 ? 'sending' : 'retrying' });
    const form = await api.upload(kind, plainType(file.type), file.size);
    if (form.ok) {
      const status = await post(form.value, file, (share) => told({ share, state: 'sending' }));
      if (status >= 200 && status < 300) {
        told({ share: 1, state: 'sent' });
        return undefined;
      }
    } else if (form.fault === 'expired' || form.fault === 'ended') return form.fault;
    told({ share: 0, state: 'retrying' });
    await pause(backoffMs(attempt, Math.random()));
    if (navigator.onLine) attempt += 1;
  }
  return navigator.onLine ? 'broken' : 'offline';
}
