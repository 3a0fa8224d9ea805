import type { Clock } from '../base/clock.js';
import { EnrollmentError } from '../base/error.js';
import type { Keyring } from '../base/keyring.js';
import { canonicalEmail } from '../base/canonical.js';
import { locationOf, ownPath, type Site } from '../base/target.js';
import type { EventSink } from '../ports/events.js';
import type { InvitationRecord, InvitationStore } from '../ports/invitation-store.js';
import { inGroups, randomCode } from './generated-code.js';
import type { InvitationInput } from './input.js';
import { canonicalDomain, inputIssues, milliseconds, refuseIssues } from './input-rules.js';
import { invitationIds } from './invitation-id.js';
import type { CanonicalCode } from './typed-code.js';
import { canonicalWord } from './word.js';

export interface CreateParts {
  readonly store: InvitationStore;
  readonly keyring: Keyring;
  readonly clock: Clock;
  readonly events: EventSink;
  readonly site: Site;
  /** The flow that a link leads to when the invitation names none. */
  readonly defaultFlow: string | null;
}

export interface CreatedInvitation {
  readonly id: string;
  /** The code as it is given to people. It is shown here and never again. */
  readonly code: string;
  /** The link that brings the code along; `null` where there is no flow to lead to. */
  readonly url: string | null;
}

const defaultLifetime = 30 * 24 * 60 * 60 * 1000;

/**
 * Makes an invitation.
 * @throws ERR_ENROLLMENT_INVITATION with all mistakes of the input, in `issues`
 * @throws ERR_ENROLLMENT_WORD_TAKEN when the word is an invitation's already, also a revoked or expired one's
 */
export async function createInvitation(parts: CreateParts, input: InvitationInput): Promise<CreatedInvitation> {
  const ends = milliseconds(input.expires);
  const past = ends !== null && ends <= parts.clock.now() ? ['"expires" lies in the past'] : [];
  refuseIssues([...inputIssues(input, parts.site), ...past]);
  return input.word === undefined ? createGenerated(parts, input) : createWord(parts, input, input.word);
}

async function createGenerated(parts: CreateParts, input: InvitationInput): Promise<CreatedInvitation> {
  for (;;) {
    const text = randomCode();
    const record = recordOf(parts, input, { kind: 'generated', text });
    if (await store(parts, record)) return shown(parts, record, inGroups(text));
  }
}

async function createWord(parts: CreateParts, input: InvitationInput, word: string): Promise<CreatedInvitation> {
  const code = wordCode(word);
  const present = await parts.store.read(invitationIds(parts.keyring, code));
  const record = recordOf(parts, input, code);
  if (present.some((standing) => standing !== null) || !(await store(parts, record))) {
    throw new EnrollmentError('ERR_ENROLLMENT_WORD_TAKEN', 'this word is an invitation already', {
      status: 409,
      expose: true,
    });
  }
  return shown(parts, record, word.trim());
}

/** Stores a new record and tells about it; false when its id is there already. */
export async function store(parts: CreateParts, record: InvitationRecord): Promise<boolean> {
  const created = await parts.store.create(record);
  if (created) parts.events('invitation.created', { id: record.id, kind: record.kind, creator: record.creator });
  return created;
}

/** A checked word as a code. */
export function wordCode(word: string): CanonicalCode {
  return { kind: 'word', text: canonicalWord(word) ?? '' };
}

/** The record of a checked input. */
export function recordOf(
  { keyring, clock, site }: CreateParts,
  input: InvitationInput,
  code: CanonicalCode,
): InvitationRecord {
  const now = clock.now();
  const [id = ''] = invitationIds(keyring, code);
  const domain = input.domain === undefined ? null : canonicalDomain(input.domain);
  return {
    id,
    version: 1,
    keyId: keyring.ids[0] ?? '',
    kind: code.kind,
    hint: code.text.slice(code.kind === 'word' ? -2 : -3),
    tenant: input.tenant ?? null,
    label: input.label ?? '',
    flow: input.flow ?? null,
    max: input.uses === 'unlimited' ? null : (input.uses ?? 1),
    notBefore: milliseconds(input.notBefore),
    expires: input.expires === undefined ? now + defaultLifetime : milliseconds(input.expires),
    bound: input.email === undefined ? domain : canonicalEmail(input.email),
    data: structuredClone(input.data ?? {}),
    redirect: input.redirect === undefined ? null : ownPath(site, input.redirect),
    note: input.note ?? '',
    creator: input.creator ?? null,
    createdAt: now,
    revokedAt: null,
  };
}

function shown({ site, defaultFlow }: CreateParts, record: InvitationRecord, code: string): CreatedInvitation {
  const flow = record.flow ?? defaultFlow;
  const path = flow === null ? null : locationOf(site, { flow });
  const url = path === null ? null : `${site.origin}${path}?invite=${encodeURIComponent(code)}`;
  return { id: record.id, code, url };
}
