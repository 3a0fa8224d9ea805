import type { WaitlistEntry, WaitlistState } from '../ports/waitlist-store.js';

/**
 * `approved` the invitation is created, and its code is in the row · `sent` its message was sent · `failed` see `error`
 * · `refused` · `already` nothing was done, because the entry's `state` does not allow it · `unknown` no entry with
 * this id or address is on the list.
 */
type WaitlistOutcome = 'approved' | 'sent' | 'failed' | 'refused' | 'already' | 'unknown';

/** The result for one entry. */
interface WaitlistRow {
  /** As selected: an id or an address. */
  readonly selected: string;
  readonly outcome: WaitlistOutcome;
  readonly id: string | null;
  readonly email: string | null;
  readonly state: WaitlistState | null;
  readonly invitation: string | null;
  /** Only when no `send` is configured. It is returned here and never again. */
  readonly code?: string;
  readonly url?: string | null;
  /** What went wrong, or what is unknown; never a code. */
  readonly error?: string;
}

/** One row per selected entry, in that order, and the number of each outcome. */
export interface WaitlistReport extends Readonly<Record<WaitlistOutcome, number>> {
  readonly rows: readonly WaitlistRow[];
}

/** The result for one entry, without how it was selected. */
export type RowOutcome = Omit<WaitlistRow, 'selected' | 'id' | 'email' | 'state' | 'invitation'> & {
  readonly entry: WaitlistEntry | null;
};

export interface Selected {
  readonly selected: string;
  /** `null`: no entry with this id or address is on the list. */
  readonly id: string | null;
}

/** Rows that are processed concurrently. */
const atOnce = 10;

/** Runs `work` for each entry; one that throws becomes a row like the others. */
export async function rowByRow(
  chosen: readonly Selected[],
  work: (id: string) => Promise<RowOutcome>,
): Promise<WaitlistReport> {
  const rows: WaitlistRow[] = [];
  const waiting = chosen.entries();
  await Promise.all(
    Array.from({ length: Math.min(atOnce, chosen.length) }, async () => {
      // All workers read from one iterator.
      for (const [at, { selected, id }] of waiting) rows[at] = rowOf(selected, id, await outcomeOf(id, work));
    }),
  );
  const count = (outcome: WaitlistOutcome): number => rows.filter((row) => row.outcome === outcome).length;
  return {
    rows,
    approved: count('approved'),
    sent: count('sent'),
    failed: count('failed'),
    refused: count('refused'),
    already: count('already'),
    unknown: count('unknown'),
  };
}

async function outcomeOf(id: string | null, work: (id: string) => Promise<RowOutcome>): Promise<RowOutcome> {
  if (id === null) return { outcome: 'unknown', entry: null };
  try {
    return await work(id);
  } catch (error) {
    return { outcome: 'failed', entry: null, error: textOf(error) };
  }
}

function rowOf(selected: string, id: string | null, { entry, ...rest }: RowOutcome): WaitlistRow {
  return {
    selected,
    ...rest,
    id,
    email: entry?.email ?? null,
    state: entry?.state ?? null,
    invitation: entry?.invitation ?? null,
  };
}

const mostOfError = 200;

/** An error in one short line. */
export function textOf(error: unknown): string {
  const said = error instanceof Error ? error.message : String(error);
  const line = said.replace(/\s+/g, ' ').trim();
  return line.length > mostOfError ? `${line.slice(0, mostOfError - 1)}…` : line;
}
