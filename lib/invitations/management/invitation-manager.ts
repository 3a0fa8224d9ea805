import { EnrollmentError } from '../../base/error.js';
import { identifierProblem } from '../../base/text-problem.js';
import type {
  InvitationActor,
  InvitationChange,
  InvitationExtension,
  InvitationInput,
  SeededInvitation,
} from '../../ports/invitation-input.js';
import type { LedgerEntry, InvitationSeat } from '../../ports/invitation-store.js';
import { summaryOf, type InvitationSummary } from '../access/eligibility.js';
import type { LookUp } from '../redemption/settle.js';
import { explainAddress } from '../mailing/explain-address.js';
import type { MailingParts } from '../mailing/mailing.js';
import { mailedInvitations, type MailedInvitations } from '../mailing/mailed-invitations.js';
import type { BulkRow, BulkSettings } from './bulk-row.js';
import { createMany } from './bulk.js';
import { findOrphanedSeats, reconcileInvitation } from './consistency.js';
import { createInvitation, type CreatedInvitation } from './create.js';
import { editedInvitation, extendInvitation } from './edit.js';
import { erasePerson, type Erased, type ErasedPerson } from './erase.js';
import { exportCsv, type ExportQuery } from './export-csv.js';
import {
  explainRefusal,
  findInvitation,
  listInvitations,
  type InvitationExplanation,
  type InvitationList,
  type ListQuery,
} from './find.js';
import { firstAdministrator, type FirstAdministratorParts } from './first-administrator.js';
import { callSettings as check } from './manager-arguments.js';
import { allowanceOf, type InviterAllowance } from './quota.js';
import type { ReissueParts } from './reissue.js';
import { restoreInvitation, revokeInvitation, revokeDescendants, type Revoked, type TreeRevocation } from './revoke.js';
import { seedInvitations, type Seeded } from './seed.js';
import { inviterChains, treeOf, type Descendant, type InvitationTree, type TreeRoot } from './tree.js';

/** The administrators' operations on invitations. `by` names the actor in the ledger. */
export interface InvitationManager extends MailedInvitations {
  /** Creates one; its code is in the result and never returned again. */
  create(input?: InvitationInput, actor?: InvitationActor): Promise<CreatedInvitation>;
  /** Creates many, row by row: an invalid row does not stop the others. */
  createMany(rows: readonly InvitationInput[], settings?: BulkSettings): Promise<readonly BulkRow[]>;
  /** A code for the first account of an empty system; never again once there is one. @throws ERR_ENROLLMENT_NOT_EMPTY (409) */
  firstAdministrator(
    input?: Pick<InvitationInput, 'data' | 'flow' | 'email'>,
    actor?: InvitationActor,
  ): Promise<CreatedInvitation>;
  /** @throws ERR_ENROLLMENT_UNKNOWN_INVITATION (404), as everything that takes an id */
  get(id: string): Promise<InvitationSummary>;
  /** Newest first, or alphabetically by the matching word when `search` is set; 50 by default. */
  list(query?: ListQuery): Promise<InvitationList>;
  /** Changes an invitation; later claims follow the change. */
  edit(id: string, change: InvitationChange, actor?: InvitationActor): Promise<InvitationSummary>;
  /** Changes how often or how long it can be used. Lowering `uses` keeps the existing accounts. */
  extend(id: string, change: InvitationExtension, actor?: InvitationActor): Promise<InvitationSummary>;
  /** Waits for accounts that are being written with it, at most one lease. */
  revoke(id: string, actor?: InvitationActor): Promise<Revoked>;
  /** Undoes a revocation. */
  restore(id: string, actor?: InvitationActor): Promise<InvitationSummary>;
  /** Its history, newest last; about the last 10,000 entries. */
  ledger(id: string): Promise<readonly LedgerEntry[]>;
  /** The users of its seats: accounts, reservations and open claims; about `limit` per page, 100 by default. */
  seats(
    id: string,
    page?: { readonly limit?: number; readonly after?: string },
  ): Promise<{ readonly seats: readonly InvitationSeat[]; readonly next: string | null }>;
  /** Ends a reservation, by `plan` of `seats`. False when there was none, or an account is being written. */
  releaseReservation(id: string, plan: string): Promise<boolean>;
  /** The true cause behind a reference that a visitor reports, or the state of a code or of an email address. */
  explain(referenceOrCodeOrEmail: string): Promise<InvitationExplanation | null>;
  /** The accounts that joined through an invitation or an account, with their inviters, from the root down. */
  tree(root: TreeRoot): Promise<InvitationTree>;
  /** The chain of inviters of an account, up to the invitation that no user issued. */
  inviterChain(user: string): Promise<readonly Descendant[]>;
  revokeDescendants(
    root: TreeRoot,
    settings?: InvitationActor & { readonly preview?: boolean },
  ): Promise<TreeRevocation>;
  /** What an inviter has left; `null` when there is no quota. */
  allowance(inviter: string): Promise<InviterAllowance | null>;
  /** Erases a person; the edges of the tree stay. */
  erase(person: ErasedPerson, actor?: InvitationActor): Promise<Erased>;
  /** CSV, a line at a time. */
  exportCsv(query?: ExportQuery): AsyncIterable<string>;
  /** Creates those that are missing; see `codeDictionary`. */
  seed(list: readonly SeededInvitation[]): Promise<Seeded>;
  /**
   * Finds the accounts of an invitation after the store lost it or was restored from a backup; returns how many seats
   * changed.
   */
  reconcile(id: string): Promise<number>;
  /** Redeemed seats whose account's redemption is not in the user store; empty when the app keeps no redemptions. */
  orphanedSeats(id: string): Promise<readonly InvitationSeat[]>;
  /**
   * The same manager for one tenant: creates its invitations only, and sees no others.
   * @throws ERR_ENROLLMENT_TENANT
   */
  forTenant(tenant: string): InvitationManager;
}

type InvitationManagerParts = MailingParts &
  ReissueParts &
  FirstAdministratorParts & { readonly lookUp: LookUp | null };

export function createInvitationManager(parts: InvitationManagerParts): InvitationManager {
  const { store, settles, lookUp } = parts;
  // For methods that name an invitation by its id alone: another tenant's does not exist.
  const reached = async <T>(id: string, act: () => Promise<T>): Promise<T> => {
    await findInvitation(parts, id);
    return act();
  };
  return Object.freeze<InvitationManager>({
    async create(input = {}, actor) {
      check.input('create', input);
      check.actor('create', actor);
      return createInvitation(parts, input, actor);
    },
    async createMany(rows, settings) {
      check.createMany(rows, settings);
      return createMany(parts, rows, settings);
    },
    ...mailedInvitations(parts),
    async firstAdministrator(input = {}, actor) {
      check.input('firstAdministrator', input);
      check.actor('firstAdministrator', actor);
      return firstAdministrator(parts, input, actor);
    },
    async get(id) {
      check.text('get', 'id', id);
      return summaryOf(await findInvitation(parts, id), settles);
    },
    async list(query = {}) {
      check.list(query);
      return listInvitations(parts, query);
    },
    async edit(id, change, actor) {
      check.text('edit', 'id', id);
      check.input('edit', change);
      check.actor('edit', actor);
      return editedInvitation(parts, id, change, actor);
    },
    async extend(id, change, actor) {
      check.text('extend', 'id', id);
      check.extend(change);
      check.actor('extend', actor);
      return extendInvitation(parts, id, change, actor);
    },
    async revoke(id, actor) {
      check.text('revoke', 'id', id);
      check.actor('revoke', actor);
      return revokeInvitation(parts, id, actor);
    },
    async restore(id, actor) {
      check.text('restore', 'id', id);
      check.actor('restore', actor);
      return restoreInvitation(parts, id, actor);
    },
    async ledger(id) {
      check.text('ledger', 'id', id);
      return reached(id, () => store.ledger(id));
    },
    async seats(id, page = {}) {
      check.text('seats', 'id', id);
      check.seats(page);
      const { limit = 100, after } = page;
      return reached(id, () => store.seats(id, { limit, ...(after === undefined ? {} : { after }) }));
    },
    async releaseReservation(id, plan) {
      check.text('releaseReservation', 'id', id);
      check.text('releaseReservation', 'plan', plan);
      return reached(id, () => store.releaseReservation(id, plan));
    },
    async explain(given) {
      check.text('explain', 'referenceOrCodeOrEmail', given);
      const explained = await explainAddress(parts, given);
      return explained === null ? explainRefusal(parts, given) : { ...explained, at: null };
    },
    async tree(root) {
      check.tree('tree', root);
      return treeOf(parts, root);
    },
    async inviterChain(user) {
      check.text('inviterChain', 'user', user);
      return inviterChains(parts, user);
    },
    async revokeDescendants(root, settings) {
      check.tree('revokeDescendants', root);
      check.revokeDescendants(settings);
      return revokeDescendants(parts, root, settings);
    },
    async allowance(inviter) {
      check.text('allowance', 'inviter', inviter);
      return allowanceOf(parts, inviter);
    },
    async erase(person, actor) {
      check.erase(person);
      check.actor('erase', actor);
      return erasePerson(parts, person, actor);
    },
    exportCsv(query = {}) {
      check.exportCsv(query);
      return exportCsv(parts, query);
    },
    async seed(list) {
      check.seed(list);
      return seedInvitations(parts, list);
    },
    async reconcile(id) {
      check.text('reconcile', 'id', id);
      return lookUp === null ? reached(id, () => Promise.resolve(0)) : reconcileInvitation({ ...parts, lookUp }, id);
    },
    async orphanedSeats(id) {
      check.text('orphanedSeats', 'id', id);
      return lookUp === null ? reached(id, () => Promise.resolve([])) : findOrphanedSeats({ ...parts, lookUp }, id);
    },
    forTenant(tenant) {
      const named: unknown = tenant;
      if (
        typeof named !== 'string' ||
        named === '' ||
        named.length > 200 ||
        (parts.tenant !== undefined && parts.tenant !== named)
      )
        throw new EnrollmentError(
          'ERR_ENROLLMENT_TENANT',
          parts.tenant === undefined
            ? 'forTenant() needs the name of a tenant'
            : 'forTenant() cannot be called on the manager of a tenant',
        );
      const problem = identifierProblem(named);
      if (problem !== null) throw new EnrollmentError('ERR_ENROLLMENT_TENANT', `the name of the tenant ${problem}`);
      return createInvitationManager({ ...parts, tenant: named });
    },
  });
}
