import type { Prompt } from '../../../lambdas/domain/challenge.ts';
import type { Theme } from '../../../lambdas/domain/theme.ts';

/** What the server says of a session, and what it answers; `contracts/hosted` writes it. */
export const kinds = ['id_photo', 'id_back', 'selfie_video'] as const;
export type Kind = (typeof kinds)[number];

export type Status = 'verified' | 'rejected' | 'needs_review';

export interface Result {
  readonly status: Status;
  readonly reasons: readonly string[];
  readonly redirect_url?: string;
}

export interface Session {
  readonly check_id: string;
  readonly expires_at: string;
  readonly status: 'open' | 'processing' | 'done';
  readonly lang?: string;
  readonly partner: { readonly name: string; readonly theme?: Theme };
  readonly consent: { readonly version: string; readonly given: boolean };
  readonly challenge: readonly { readonly prompt: Prompt }[];
  readonly uploads: Readonly<Record<Kind, boolean>>;
  readonly attempts_left: number;
  readonly back_wanted: boolean;
  readonly retention_days: number;
  readonly result?: Result;
}

export interface UploadForm {
  readonly url: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly max_bytes: number;
}

export interface Submitted extends Result {
  readonly retry: boolean;
  /** What has to be taken again. */
  readonly which?: 'id_photo' | 'selfie_video';
}

export interface HandOff {
  readonly url: string;
  readonly expires_at: string;
}
