/** What one flow file may take. The largest file of authentik's own blueprints has 20 kB and 2,000 nodes. */
export const fileLimits = Object.freeze({
  /** Bytes of the text. */
  bytes: 256_000,
  /** Nodes of the file, counted where an alias repeats them. */
  nodes: 50_000,
  /** Nodes that tags make of them, with every round of `!Enumerate`. */
  resolved: 100_000,
  /** Lists and mappings inside each other. */
  depth: 60,
  /** Characters of a text that a tag makes. */
  text: 100_000,
  /** Mistakes that are reported; the rest is counted. */
  problems: 100,
});

/** For a file of more bytes than are read. */
export function sizeIssue(bytes: number): string {
  return `the file has ${String(Math.ceil(bytes / 1_000))} kB; at most ${String(fileLimits.bytes / 1_000)} kB are read`;
}

/** What one version of the stored flows may take: composing one keeps a process for about 10 ms with each kB. */
export const storedLimits = Object.freeze({
  files: 100,
  /** Entries that are flows. */
  flows: 200,
  /** Bytes of all texts together. */
  bytes: 500_000,
  /** Characters of a file's name. */
  name: 200,
  /** Characters. */
  by: 200,
  note: 1000,
});
