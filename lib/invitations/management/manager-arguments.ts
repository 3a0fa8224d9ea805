import { EnrollmentError } from '../../base/error.js';
import { argumentIssues, kindIssues } from '../../base/setting-kinds.js';
import { isSettings, nameIssues, type SettingNames } from '../../base/setting-names.js';
import type { InvitationQuery } from '../../ports/invitation-store.js';
import type { InvitationState } from '../access/eligibility.js';
import type { BulkSettings } from './bulk-row.js';
import type { ErasedPerson } from './erase.js';
import type { ExportQuery } from './export-csv.js';
import type { ListQuery } from './find.js';
import type {
  InvitationActor,
  InvitationExtension,
  MailingSettings,
  ReissueSettings,
  ResendSettings,
} from '../../ports/invitation-input.js';
import type { SendManySettings } from '../mailing/send-many.js';
import type { TreeRoot } from './tree.js';

type Page = Pick<InvitationQuery, 'after'> & { readonly limit?: number };

const stateNames: Readonly<Record<InvitationState, true>> = {
  open: true,
  not_yet: true,
  expired: true,
  used_up: true,
  declined: true,
  revoked: true,
  held: true,
};
const filters = { state: true, tenant: true, inviter: true, search: true } as const;
const actorNames: SettingNames<InvitationActor> = { by: true };
const listNames: SettingNames<ListQuery> = { ...filters, limit: true, after: true };
const exportNames: SettingNames<ExportQuery> = { ...filters, of: true };
const bulkNames: SettingNames<BulkSettings> = { by: true, preview: true, again: true, onProgress: true };
const mailingNames: SettingNames<MailingSettings> = { by: true, onEarlier: true, again: true };
const sendManyNames: SettingNames<SendManySettings> = { ...bulkNames, onEarlier: true };
const resendNames: SettingNames<ResendSettings> = { by: true, mode: true, expires: true, again: true, email: true };
const reissueNames: SettingNames<ReissueSettings> = { by: true, expires: true };
const treeNames: SettingNames<InvitationActor & { readonly preview?: boolean }> = { by: true, preview: true };
const personNames: SettingNames<ErasedPerson> = { user: true, email: true };
const extensionNames: SettingNames<InvitationExtension> = { uses: true, expires: true };
const pageNames: SettingNames<Page> = { limit: true, after: true };
const actorKinds = { by: 'identifier' } as const;
// A preview that is not recognized must not become the operation itself.
const bulkKinds = { by: 'identifier', preview: 'boolean', again: 'boolean', onProgress: 'function' } as const;
const personKinds = { user: 'identifier', email: 'identifier' } as const;
const pageKinds = { limit: 'count', after: 'text' } as const;
// A page size outside the range is clamped to it.
const queryKinds = {
  limit: 'number',
  after: 'text',
  tenant: 'identifier',
  inviter: 'identifier',
  search: 'text',
} as const;
const hasCustomCode = (value: unknown): boolean =>
  isSettings(value) && typeof Reflect.get(value, 'customCode') === 'string';
const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

/**
 * The arguments of the administrators' methods: a typo in a name would otherwise be a setting that is silently ignored.
 */
export const callSettings = Object.freeze({
  actor: (method: string, actor: InvitationActor | undefined) =>
    refuse(method, [...names(actor, actorNames), ...kindIssues(actor, actorKinds)]),
  /** Its fields have separate rules. */
  input: (method: string, input: unknown) =>
    refuse(method, isSettings(input) ? [] : ['"invitation" must be of type object']),
  /** The id or text of an invitation, an account or a refusal. */
  text: (method: string, name: string, value: unknown) => refuse(method, argumentIssues(name, value, 'text')),
  createMany: (rows: unknown, settings: BulkSettings | undefined) =>
    refuse('createMany', [
      ...(Array.isArray(rows) ? [] : ['"rows" must be a list of invitations']),
      ...names(settings, bulkNames),
      ...kindIssues(settings, bulkKinds),
    ]),
  send: (method: string, settings: MailingSettings | undefined) =>
    refuse(method, [
      ...names(settings, mailingNames),
      ...kindIssues(settings, { by: 'identifier', again: 'boolean' }),
      ...choiceIssues(settings, 'onEarlier', ['end', 'keep']),
    ]),
  sendMany: (rows: unknown, settings: SendManySettings | undefined) =>
    refuse('sendMany', [
      ...(Array.isArray(rows) ? [] : ['"rows" must be a list of invitations']),
      ...names(settings, sendManyNames),
      ...kindIssues(settings, bulkKinds),
      ...choiceIssues(settings, 'onEarlier', ['end', 'keep']),
    ]),
  resend: (settings: ResendSettings | undefined) =>
    refuse('resend', [
      ...names(settings, resendNames),
      ...kindIssues(settings, { by: 'identifier', again: 'boolean', email: 'identifier' }),
      ...choiceIssues(settings, 'mode', ['extend', 'rotate']),
    ]),
  reissue: (settings: ReissueSettings | undefined) =>
    refuse('reissue', [...names(settings, reissueNames), ...kindIssues(settings, actorKinds)]),
  seed: (list: unknown) =>
    refuse(
      'seed',
      isList(list) && list.every(hasCustomCode) ? [] : ['"list" must be a list of invitations with a custom code'],
    ),
  extend: (change: InvitationExtension) => refuse('extend', nameIssues(change, extensionNames)),
  list: (query: ListQuery) => refuse('list', queryIssues(query, listNames)),
  exportCsv: (query: ExportQuery) =>
    refuse('exportCsv', [
      ...queryIssues(query, exportNames),
      ...(!isSettings(query) || query.of === undefined || ['invitations', 'accounts'].includes(query.of)
        ? []
        : ['"of" must be one of [invitations, accounts]']),
    ]),
  seats: (page: Page) => refuse('seats', [...nameIssues(page, pageNames), ...kindIssues(page, pageKinds)]),
  erase: (person: ErasedPerson) =>
    refuse('erase', [
      ...nameIssues(person, personNames),
      ...kindIssues(person, personKinds),
      ...(isSettings(person) && Object.keys(person).length === 0 ? ['"user" or "email" must be given'] : []),
    ]),
  tree: (method: string, root: TreeRoot) => {
    const known = { invitation: true, inviter: true } as const;
    const misnamed = nameIssues<{ readonly invitation: string; readonly inviter: string }>(root, known);
    const given = isSettings(root) ? Object.values(root).filter((id) => typeof id === 'string').length : 0;
    refuse(method, misnamed.length > 0 || given === 1 ? misnamed : ['"invitation" or "inviter" must be given']);
  },
  revokeDescendants: (settings: (InvitationActor & { readonly preview?: boolean }) | undefined) =>
    refuse('revokeDescendants', [...names(settings, treeNames), ...kindIssues(settings, bulkKinds)]),
});

function choiceIssues(settings: unknown, name: string, choices: readonly string[]): readonly string[] {
  const value: unknown = isSettings(settings) ? Reflect.get(settings, name) : undefined;
  return value === undefined || choices.some((choice) => choice === value)
    ? []
    : [`"${name}" must be one of [${choices.join(', ')}]`];
}

function names<S>(settings: S | undefined, known: SettingNames<S>): readonly string[] {
  return settings === undefined ? [] : nameIssues(settings, known);
}

function queryIssues<S extends { readonly state?: InvitationState }>(
  query: S,
  known: SettingNames<S>,
): readonly string[] {
  if (!isSettings(query)) return nameIssues(query, known);
  const { state } = query;
  return [
    ...nameIssues(query, known),
    ...kindIssues(query, queryKinds),
    ...(state === undefined || (typeof state === 'string' && Object.hasOwn(stateNames, state))
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
