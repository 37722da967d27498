/** Whatever tells whether two photos show one person. */
export interface FaceMatcher<T> {
  /** Decodes a photo, finds its most prominent face and describes it. */
  embed(image: Uint8Array): Promise<Embedded<T>>;
  /** Higher is more alike. */
  similarity(a: T, b: T): number;
}

interface Embedded<T> {
  /** Undefined where no face was found. */
  readonly face: T | undefined;
  /** Milliseconds that the decoder took: libvips, whoever the matcher is. */
  readonly decodeMs: number;
}
