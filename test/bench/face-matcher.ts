/** Whatever tells whether two photos show one person. */
export interface FaceMatcher<T> {
  /** Decodes a photo, finds its most prominent face and describes it; undefined without a face. */
  embed(image: Uint8Array): Promise<T | undefined>;
  /** Higher is more alike. */
  similarity(a: T, b: T): number;
}
