import type { EnrollmentClock } from '../../base/clock.js';
import { didYouMean } from '../../base/did-you-mean.js';
import { EnrollmentError } from '../../base/error.js';
import type { Keyring } from '../../base/keyring.js';
import { locationOf, type Site } from '../../base/target.js';
import type { EventSink } from '../../ports/events.js';
import type { InvitationActor, InvitationChange, InvitationInput } from '../../ports/invitation-input.js';
import type { InvitationRecord, InvitationStore } from '../../ports/invitation-store.js';
import type { Inviters } from '../../ports/inviters.js';
import type { RateLimiter } from '../../ports/rate-limiter.js';
import { canonicalCustomCode, invitationIds, type CanonicalCode } from '../codes/canonical-code.js';
import { inGroups, randomCode } from '../codes/generated-code.js';
import type { DataRules } from './data-rules.js';
import { inputIssues, refuseIssues, recordOf } from './input.js';
import { fromNow, milliseconds } from './instants.js';
import { chargeQuota } from './quota.js';

export interface CreateParts {
  readonly store: InvitationStore;
  readonly keyring: Keyring;
  readonly clock: EnrollmentClock;
  readonly events: EventSink;
  readonly site: Site;
  readonly rateLimiter: RateLimiter;
  readonly inviters: Inviters | null;
  readonly dataRules?: DataRules | undefined;
  /** Set for one tenant's administrators: everything they create belongs to that tenant. */
  readonly tenant?: string | undefined;
  /** The slugs of the app's flows; empty, or left out: not known here. */
  readonly flows?: (() => readonly string[]) | undefined;
  /** The flow that a link opens when the invitation names none. */
  readonly defaultFlow: () => string | null;
  /** The app's own page that this link opens instead; absolute. */
  readonly signupUrl?: string | null | undefined;
}

export interface CreatedInvitation {
  readonly id: string;
  /** The code for the invited person. It is returned here and never again. */
  readonly code: string;
  /** The link that contains the code; `null` when there is neither a flow nor a `signupUrl`. */
  readonly url: string | null;
}

/**
 * Creates an invitation.
 * @throws ERR_ENROLLMENT_INVITATION with all mistakes of the input, in `issues`
 * @throws ERR_ENROLLMENT_CODE_TAKEN (409) when the word is an invitation's already, also a revoked or expired one's
 * @throws ERR_ENROLLMENT_INVITER (403) when the inviter may not invite like this
 * @throws ERR_ENROLLMENT_QUOTA (429) when the inviter has no invitations left
 */
export async function createInvitation(
  parts: CreateParts,
  given: InvitationInput,
  { by }: InvitationActor = {},
): Promise<CreatedInvitation> {
  const input = inputFor(parts, given);
  refuseIssues(creationIssues(parts, input));
  const giveBack = await chargeQuota(parts, recordOf(parts, input, { kind: 'generated', text: '' }), 1);
  try {
    return input.customCode === undefined
      ? await createGenerated(parts, input, by)
      : await createCustom(parts, input, input.customCode, by);
  } catch (error) {
    await giveBack();
    throw error;
  }
}

/** The input with times counted from now, for the administrator's own tenant. */
export function inputFor<Input extends InvitationInput>({ clock, tenant }: CreateParts, given: Input): Input {
  const timed = fromNow(given, clock.now());
  return tenant === undefined ? timed : { ...timed, tenant };
}

/** Every mistake of a new invitation. */
export function creationIssues(parts: CreateParts, input: InvitationInput): readonly string[] {
  const ends = milliseconds(input.expires);
  const past = ends !== null && ends <= parts.clock.now() ? ['"expires" lies in the past'] : [];
  return [...inputIssues(input, parts.site, parts.dataRules), ...flowIssues(parts, input), ...past];
}

/** No page would take the code of an invitation for a flow that the app does not have. */
export function flowIssues(
  { flows: known }: Pick<CreateParts, 'flows'>,
  { flow }: Pick<InvitationChange, 'flow'>,
): readonly string[] {
  const flows = known?.() ?? [];
  if (typeof flow !== 'string' || flows.length === 0 || flows.includes(flow)) return [];
  // Too long a name is reported already.
  return [`"flow": there is no flow '${flow.slice(0, 200)}'${didYouMean(flow, flows)}`];
}

async function createGenerated(
  parts: CreateParts,
  input: InvitationInput,
  by: string | undefined,
): Promise<CreatedInvitation> {
  for (;;) {
    const text = randomCode();
    const record = recordOf(parts, input, { kind: 'generated', text });
    if (await store(parts, record, by)) return shown(parts, record, inGroups(text));
  }
}

async function createCustom(
  parts: CreateParts,
  input: InvitationInput,
  customCode: string,
  by: string | undefined,
): Promise<CreatedInvitation> {
  const code = customCodeOf(customCode);
  const present = await parts.store.read(invitationIds(parts.keyring, code));
  const record = recordOf(parts, input, code);
  if (present.some((snapshot) => snapshot !== null) || !(await store(parts, record, by))) {
    throw new EnrollmentError('ERR_ENROLLMENT_CODE_TAKEN', 'this custom code belongs to another invitation', {
      status: 409,
      expose: true,
    });
  }
  return shown(parts, record, customCode.trim());
}

/** Stores a new record and emits its event; false when its id already exists. */
export async function store(parts: CreateParts, record: InvitationRecord, by?: string): Promise<boolean> {
  const created = await parts.store.create(record, by);
  if (created) tellCreated(parts.events, record);
  return created;
}

export function tellCreated(events: EventSink, { id, kind, creator, inviter, tenant }: InvitationRecord): void {
  events({ type: 'invitation.created', id, kind, creator, inviter, tenant });
}

/** A checked custom code as a code. */
export function customCodeOf(customCode: string): CanonicalCode {
  return { kind: 'custom', text: canonicalCustomCode(customCode) ?? '' };
}

/** What the creator sees of a new invitation. */
export function shown(
  { site, defaultFlow, signupUrl = null }: Pick<CreateParts, 'site' | 'defaultFlow' | 'signupUrl'>,
  record: InvitationRecord,
  code: string,
): CreatedInvitation {
  const flow = record.flow ?? (signupUrl === null ? defaultFlow() : null);
  const path = flow === null ? null : locationOf(site, { flow });
  const page = path === null ? signupUrl : site.origin + path;
  const query = `invite=${encodeURIComponent(code)}`;
  return { id: record.id, code, url: page === null ? null : `${page}${page.includes('?') ? '&' : '?'}${query}` };
}
