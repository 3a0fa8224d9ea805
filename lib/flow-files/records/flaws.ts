/**
 * What is not known of the records, because of mistakes that were reported: what only follows from them is no mistake of
 * its own.
 */
export interface Flaws {
  /** True where files or entries could not be read: what is not found may stand there. */
  readonly unread: boolean;
  /** The models of records whose fields are not all known. */
  readonly models: ReadonlySet<string>;
  /** The keys of records that something is missing from, which could not be read. */
  readonly records: ReadonlySet<string>;
  /** Files with bindings of which it is not known what they bind. */
  readonly files: ReadonlySet<string>;
}

export const noFlaws: Flaws = Object.freeze({
  unread: false,
  models: new Set<string>(),
  records: new Set<string>(),
  files: new Set<string>(),
});

/** Collects them while files are applied. */
interface FlawList {
  unread: boolean;
  readonly models: Set<string>;
  readonly records: Set<string>;
  readonly files: Set<string>;
}

export function flawList({ unread, models, records, files }: Flaws): FlawList {
  return { unread, models: new Set(models), records: new Set(records), files: new Set(files) };
}
