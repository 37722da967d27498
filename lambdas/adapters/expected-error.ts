/** What a call answers; undefined where it ends in the error that stands for an answer. Any other error comes through. */
export async function unless<T>(expected: new (...args: never[]) => Error, call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof expected) return undefined;
    throw error;
  }
}
