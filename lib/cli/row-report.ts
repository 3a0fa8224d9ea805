import type { BulkRow } from '../invitations/management/bulk-row.js';

/** How many rows have which result. */
export function countsOf(report: readonly { readonly type: string }[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { type } of report) counts.set(type, (counts.get(type) ?? 0) + 1);
  return counts;
}

/** As in `3 created · 1 invalid`; empty where there are none. */
export function countsText(counts: Iterable<readonly [string, number]>): string {
  return [...counts].map(([name, count]) => `${String(count)} ${name}`).join(' · ');
}

/** Why a row made nothing; empty for one that would be made. */
export function reasonOf(row: Exclude<BulkRow, { readonly type: 'created' }>): string {
  switch (row.type) {
    case 'invalid':
      return row.issues.join('; ');
    case 'duplicate':
      return `as in row ${String(row.of)}`;
    case 'invited':
      return `has the open invitation ${row.id}`;
    case 'member':
      return 'has an account';
    case 'refused':
    case 'failed':
      return row.text;
    case 'fine':
      return '';
  }
}
