/**
 * Something that is loaded when it is first asked for.
 *
 * @param load - Loads it; called again only when that failed.
 * @returns What asks for it.
 */
export function loadedOnce<T>(load: () => Promise<T>): () => Promise<T> {
  let loaded: Promise<T> | undefined;
  return () =>
    (loaded ??= load().catch((error: unknown) => {
      loaded = undefined;
      throw error;
    }));
}
