import type { Contract, State } from './wire.ts';

/** How a state looks: what is settled well, badly, waits for somebody, or is none of these. */
export type Tone = 'good' | 'bad' | 'wait' | 'idle';

export const stateWords: Readonly<Record<State, { readonly label: string; readonly tone: Tone }>> = {
  created: { label: 'Started', tone: 'idle' },
  submitted: { label: 'Queued', tone: 'idle' },
  processing: { label: 'Processing', tone: 'idle' },
  approved: { label: 'Approved', tone: 'good' },
  review: { label: 'Needs review', tone: 'wait' },
  rejected: { label: 'Rejected', tone: 'bad' },
  failed: { label: 'Failed', tone: 'bad' },
  expired: { label: 'Expired', tone: 'idle' },
  canceled: { label: 'Canceled', tone: 'idle' },
  redacted: { label: 'Erased', tone: 'idle' },
};

/** In the order in which people look for them. */
export const filterStates: readonly State[] = [
  'review',
  'approved',
  'rejected',
  'processing',
  'failed',
  'created',
  'expired',
  'redacted',
];

export const contractWords: Readonly<Record<Contract, string>> = {
  hosted: 'Hosted page',
  submission: 'Submission',
  document: 'Document',
  'step-up': 'Step-up',
};

export const slotWords: Readonly<Record<string, string>> = {
  docFront: 'Document, front',
  docBack: 'Document, back',
  selfie: 'Selfie',
  id_photo: 'Document, front',
  id_back: 'Document, back',
  selfie_video: 'Selfie video',
};

const special: Readonly<Record<string, string>> = {
  mrz: 'MRZ',
  ocr: 'OCR',
  id: 'ID',
  url: 'URL',
};

/** `face_match`, `faceMatch` → `Face match`; nobody should have to read identifiers. */
export function spell(name: string): string {
  const words = name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .split(/[_\s.-]+/)
    .map((word) => special[word.toLowerCase()] ?? word.toLowerCase());
  const text = words.join(' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const whole = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
const short = new Intl.DateTimeFormat(undefined, {
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
});
const withYear = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });

export const exactTime = (iso: string): string => whole.format(new Date(iso));
/** Short where it was this year: lists are read for what was lately. */
export function shortTime(iso: string): string {
  const at = new Date(iso);
  return (at.getFullYear() === new Date().getFullYear() ? short : withYear).format(at);
}

/** `1.4 s`, `320 ms` */
export const duration = (ms: number): string => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`);

/** `12:04`, of what is left of a claim. */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

export const percent = (share: number): string => `${Math.round(share * 100)}%`;
