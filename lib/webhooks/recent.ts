interface Recent {
  /** True for the first call with an id, as long as the id is among the latest. */
  isNew(id: string): boolean;
}

/** Remembers the latest `most` ids. */
export function createRecent(most: number): Recent {
  const seen = new Set<string>();
  return Object.freeze({
    isNew(id: string) {
      if (seen.has(id)) return false;
      seen.add(id);
      // A set keeps its order: the first one is the oldest.
      for (const oldest of seen) {
        if (seen.size <= most) break;
        seen.delete(oldest);
      }
      return true;
    },
  });
}
