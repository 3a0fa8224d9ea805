import { canonicalEmail } from '../base/canonical.js';
import { everyPlace } from '../base/paging.js';
import type { WaitlistEntry } from '../ports/waitlist-store.js';
import { wrongCall } from './ask.js';
import { entryIds } from './entry.js';
import type { WaitlistParts } from './parts.js';
import type { Selected } from './report.js';

/** The entries to approve, refuse or resend to; at most 10,000 at a time. */
export type Selection =
  /** With `tenant` the entries of other tenants are unknown. */
  | { readonly ids: readonly string[]; readonly tenant?: string }
  | { readonly emails: readonly string[]; readonly tenant?: string }
  /** The oldest waiting entries. */
  | { readonly first: number; readonly tenant?: string };

const mostAtOnce = 10_000;
const pageSize = 500;

/** The selected entries, in the order of the selection. @throws ERR_ENROLLMENT_WAITLIST (400) */
export async function select(
  parts: Pick<WaitlistParts, 'store' | 'keyring'>,
  selection: Selection,
): Promise<readonly Selected[]> {
  // An empty tenant is a mistake of the caller's, and must not select all tenants.
  if ('tenant' in selection && (typeof selection.tenant !== 'string' || selection.tenant === ''))
    throw wrongCall(['"tenant" must be a text that is not empty, or left out']);
  if ('ids' in selection) {
    const ids = checkedList('ids', selection.ids);
    return selection.tenant === undefined
      ? ids.map((id) => ({ selected: id, id }))
      : ownIds(parts, ids, selection.tenant);
  }
  if ('emails' in selection) {
    const emails = checkedList('emails', selection.emails);
    const found: Selected[] = [];
    for (let at = 0; at < emails.length; at += pageSize) {
      const page = emails.slice(at, at + pageSize);
      found.push(...(await Promise.all(page.map((email) => byEmail(parts, email, selection.tenant)))));
    }
    return found;
  }
  const { first, tenant } = selection;
  if (!Number.isInteger(first) || first < 1 || first > mostAtOnce)
    throw wrongCall([`"first" must be a whole number from 1 to ${mostAtOnce}`]);
  return oldest(parts, first, tenant);
}

/** An entry's tenant never changes, so a result stays valid until the entry is processed. */
async function ownIds(
  { store }: Pick<WaitlistParts, 'store'>,
  ids: readonly string[],
  tenant: string,
): Promise<readonly Selected[]> {
  const found: Selected[] = [];
  for (let at = 0; at < ids.length; at += pageSize) {
    const page = ids.slice(at, at + pageSize);
    const entries = await store.read(page);
    // Another tenant's entry has the same result as none: not even its existence is revealed.
    found.push(...page.map((id, nth) => ({ selected: id, id: entries[nth]?.tenant === tenant ? id : null })));
  }
  return found;
}

/** The entry of an address, under any secret. */
export async function findByEmail(
  { store, keyring }: Pick<WaitlistParts, 'store' | 'keyring'>,
  email: string,
  tenant: string | undefined,
): Promise<WaitlistEntry | null> {
  const canonical = canonicalEmail(email);
  if (canonical === null) return null;
  const found = await store.read(entryIds(keyring, canonical, tenant ?? null));
  return found.find((entry) => entry !== null) ?? null;
}

async function byEmail(
  parts: Pick<WaitlistParts, 'store' | 'keyring'>,
  email: string,
  tenant: string | undefined,
): Promise<Selected> {
  return { selected: email, id: (await findByEmail(parts, email, tenant))?.id ?? null };
}

async function oldest(
  { store }: Pick<WaitlistParts, 'store'>,
  first: number,
  tenant: string | undefined,
): Promise<readonly Selected[]> {
  const found: Selected[] = [];
  const query = { state: 'waiting', ...(tenant === undefined ? {} : { tenant }) } as const;
  const read = (after: number): Promise<readonly WaitlistEntry[]> =>
    store.list({ ...query, limit: Math.min(pageSize, first - found.length), after });
  for await (const page of everyPlace(read)) {
    found.push(...page.map(({ id }) => ({ selected: id, id })));
    if (found.length >= first) break;
  }
  return found;
}

function checkedList(name: string, list: unknown): readonly string[] {
  if (Array.isArray(list) && list.length <= mostAtOnce && list.every((one): one is string => typeof one === 'string'))
    return list;
  throw wrongCall([`"${name}" must be a list of at most ${mostAtOnce} texts`]);
}
