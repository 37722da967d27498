/** Photos and videos: how they come in, and where they lie. */

export interface Upload {
  readonly key: string;
  readonly url: string;
  readonly method: 'PUT';
  readonly headers: Readonly<Record<string, string>>;
  readonly post: { readonly url: string; readonly fields: Readonly<Record<string, string>> };
}

export interface Uploads {
  /** A PUT for clients of the text, and a POST whose policy enforces type and size. */
  presign(
    key: string,
    options: {
      readonly ttlSeconds: number;
      readonly maxBytes: number;
      /** Declared by the uploader; default `image/jpeg`. What it really is, its bytes tell. */
      readonly contentType?: string;
    },
  ): Promise<Upload>;
  /** Of the addresses that are signed: a page that uploads must be allowed to call it. */
  origin(): Promise<string>;
}

export interface Downloads {
  /** An address that serves a file for a while, to whoever has it. */
  sign(key: string, options: { readonly ttlSeconds: number; readonly fileName: string }): Promise<string>;
}

export interface Media {
  /** Undefined where nothing was uploaded. */
  size(key: string): Promise<number | undefined>;
  read(key: string): Promise<Uint8Array | undefined>;
  /** Writes over what is there. */
  put(key: string, bytes: Uint8Array, contentType: string): Promise<void>;
  delete(keys: readonly string[]): Promise<void>;
}
