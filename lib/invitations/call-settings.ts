import { EnrollmentError } from '../base/error.js';
import { nameIssues, type SettingNames } from '../base/setting-names.js';
import type { InvitationQuery } from '../ports/invitation-store.js';
import type { BulkSettings } from './bulk.js';
import type { Person } from './erase.js';
import type { ExportQuery } from './export-csv.js';
import type { Actor, InvitationExtension } from './input.js';
import type { ListQuery } from './list.js';
import type { InvitationState } from './state.js';
import type { TreeRoot } from './tree.js';

type Page = Pick<InvitationQuery, 'after'> & { readonly limit?: number };

const stateNames: Readonly<Record<InvitationState, true>> = {
  open: true,
  not_yet: true,
  expired: true,
  used_up: true,
  revoked: true,
  held: true,
};
const filters = { state: true, tenant: true, inviter: true, search: true } as const;
const actorNames: SettingNames<Actor> = { by: true };
const listNames: SettingNames<ListQuery> = { ...filters, limit: true, after: true };
const exportNames: SettingNames<ExportQuery> = { ...filters, of: true };
const bulkNames: SettingNames<BulkSettings> = { by: true, preview: true, again: true, onProgress: true };
const treeNames: SettingNames<Actor & { readonly preview?: boolean }> = { by: true, preview: true };
const personNames: SettingNames<Person> = { user: true, email: true };
const extensionNames: SettingNames<InvitationExtension> = { uses: true, expires: true };
const pageNames: SettingNames<Page> = { limit: true, after: true };

/** What methods of the administrators take: a slip in a name would otherwise be a setting that is silently left out. */
export const callSettings = Object.freeze({
  actor: (method: string, actor: Actor | undefined) => refuse(method, names(actor, actorNames)),
  createMany: (settings: BulkSettings | undefined) => refuse('createMany', names(settings, bulkNames)),
  extend: (change: InvitationExtension) => refuse('extend', nameIssues(change, extensionNames)),
  list: (query: ListQuery) => refuse('list', queryIssues(query, listNames)),
  exportCsv: (query: ExportQuery) =>
    refuse('exportCsv', [
      ...queryIssues(query, exportNames),
      ...(query.of === undefined || ['invitations', 'accounts'].includes(query.of)
        ? []
        : ['"of" must be one of [invitations, accounts]']),
    ]),
  places: (page: Page) => refuse('places', nameIssues(page, pageNames)),
  erase: (person: Person) =>
    refuse('erase', [
      ...nameIssues(person, personNames),
      ...(Object.keys(person).length === 0 ? ['"user" or "email" must be given'] : []),
    ]),
  tree: (method: string, root: TreeRoot) => {
    const known = { invitation: true, inviter: true } as const;
    const misnamed = nameIssues<{ readonly invitation: string; readonly inviter: string }>(root, known);
    const given = Object.values(root).filter((id) => typeof id === 'string').length;
    refuse(method, misnamed.length > 0 || given === 1 ? misnamed : ['"invitation" or "inviter" must be given']);
  },
  revokeTree: (settings: (Actor & { readonly preview?: boolean }) | undefined) =>
    refuse('revokeTree', names(settings, treeNames)),
});

function names<S>(settings: S | undefined, known: SettingNames<S>): readonly string[] {
  return settings === undefined ? [] : nameIssues(settings, known);
}

function queryIssues<S extends { readonly state?: InvitationState }>(
  query: S,
  known: SettingNames<S>,
): readonly string[] {
  const { state } = query;
  return [
    ...nameIssues(query, known),
    ...(state === undefined || Object.hasOwn(stateNames, state)
      ? []
      : [`"state" must be one of [${Object.keys(stateNames).join(', ')}]`]),
  ];
}

/** @throws ERR_ENROLLMENT_INVITATION (400) with all mistakes in `issues` */
function refuse(method: string, issues: readonly string[]): void {
  if (issues.length === 0) return;
  throw new EnrollmentError('ERR_ENROLLMENT_INVITATION', `invitations.${method} cannot do this: ${issues.join('; ')}`, {
    issues,
    status: 400,
  });
}
