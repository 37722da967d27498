/** The machine and the clock, and the files of pages. Types only, as in every file of this folder: `adapters/` and `vision/` fulfil them. */

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
}

export interface Random {
  /** So many base62 characters from a cryptographic source. */
  base62(length: number): string;
  /** So many lower-case hex digits from a cryptographic source; an even number. */
  hex(length: number): string;
  /** 0..1, for jitter. */
  unit(): number;
}

export interface Digest {
  /** Lower-case hex. */
  sha256(data: string | Uint8Array): string;
}

/** What a page for browsers begins with: names of assets. */
export interface SiteEntry {
  readonly script: string;
  readonly styles: readonly string[];
  /** Scripts that `script` cannot do without. */
  readonly preload: readonly string[];
}

/** Pages for browsers, as they were built. */
export interface SiteFiles {
  readonly entries: Readonly<Record<'capture' | 'console', SiteEntry>>;
  /** One file in an encoding of the request's `Accept-Encoding`; undefined where there is no such file. */
  asset(
    name: string,
    accepted: string,
  ): Promise<{ readonly body: Uint8Array; readonly contentType: string; readonly encoding?: string } | undefined>;
}
