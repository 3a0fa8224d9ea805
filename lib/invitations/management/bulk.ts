import { canonicalEmail } from '../../base/canonical.js';
import { isEnrollmentError } from '../../base/error.js';
import { isSettings } from '../../base/setting-names.js';
import {
  createInvitation,
  creationIssues,
  shown,
  tellCreated,
  type CreatedInvitation,
  type CreateParts,
} from './create.js';
import { inGroups, randomCode } from '../codes/generated-code.js';
import type { InvitationActor, InvitationInput } from './input.js';
import { fromNow } from './instants.js';
import { recordOf } from './record.js';
import { stateOf } from '../access/state.js';

/** What became of one row; `row` counts from 1. */
export type BulkRow = { readonly row: number } & (
  | ({ readonly type: 'created' } & CreatedInvitation)
  /** Would be made: the answer of a preview. */
  | { readonly type: 'fine' }
  | { readonly type: 'invalid'; readonly issues: readonly string[] }
  /** The same address or word stands in an earlier row. */
  | { readonly type: 'duplicate'; readonly of: number }
  /** An open invitation is bound to the address. */
  | { readonly type: 'invited'; readonly id: string }
  /** The address has an account. */
  | { readonly type: 'member' }
  /** `failed`: a store did not answer. The invitation may exist all the same; its code is then lost. */
  | { readonly type: 'refused' | 'failed'; readonly code: string; readonly text: string }
);

export interface BulkSettings extends InvitationActor {
  /** True: nothing is made, the rows tell what would be. */
  readonly preview?: boolean;
  /** True: addresses that have an open invitation or an account get another one. */
  readonly again?: boolean;
  /** Called after every few hundred rows. */
  readonly onProgress?: (done: number, of: number) => void;
}

export interface BulkParts extends CreateParts {
  readonly settles: boolean;
  /** Whether an address has an account; `null`: unknown. */
  readonly isMember: ((email: string) => Promise<boolean>) | null;
}

const atOnce = 250;

/**
 * Makes many invitations. A row that cannot be made keeps none of the others back; each row has its answer, in order.
 * @throws ERR_ENROLLMENT_STORE_AWAY (503) when nothing could be made; later on, the rows that are left are `failed`
 */
export async function createMany(
  parts: BulkParts,
  rows: readonly InvitationInput[],
  settings: BulkSettings = {},
): Promise<readonly BulkRow[]> {
  const firsts = new Map<string, number>();
  const answers: BulkRow[] = [];
  for (let start = 0; start < rows.length; start += atOnce) {
    const chunk = rows.slice(start, start + atOnce).map((input, at) => ({ row: start + at + 1, input }));
    try {
      answers.push(...(await createChunk(parts, chunk, firsts, settings)));
    } catch (error) {
      // A store that is away must not take the codes with it that were made before.
      if (answers.length === 0) throw error;
      for (let row = answers.length + 1; row <= rows.length; row += 1) answers.push(failed(row, error));
      break;
    }
    settings.onProgress?.(answers.length, rows.length);
  }
  return answers;
}

function failed(row: number, error: unknown): BulkRow {
  const text = error instanceof Error ? error.message : String(error);
  return { row, type: 'failed', code: isEnrollmentError(error) ? error.code : 'ERR_UNEXPECTED', text };
}

interface Row {
  readonly row: number;
  readonly input: InvitationInput;
}

async function createChunk(
  parts: BulkParts,
  chunk: readonly Row[],
  firsts: Map<string, number>,
  settings: BulkSettings,
): Promise<readonly BulkRow[]> {
  const checked = await Promise.all(
    chunk.map(async ({ row, input: given }) => {
      if (!isSettings(given)) {
        const obstacle: BulkRow = { row, type: 'invalid', issues: ['is not a record'] };
        return { row, input: {}, obstacle };
      }
      const timed = fromNow(given, parts.clock.now());
      const input = parts.tenant === undefined ? timed : { ...timed, tenant: parts.tenant };
      return { row, input, obstacle: await obstacleOf(parts, row, input, firsts, settings) };
    }),
  );
  // Words and inviters need questions of their own; the rest leaves in one go.
  const plain = checked.filter(({ input, obstacle }) => obstacle === null && isPlain(input));
  const made = settings.preview === true ? new Map<number, BulkRow>() : await createPlain(parts, plain, settings);
  const answers: BulkRow[] = [];
  for (const { row, input, obstacle } of checked) {
    if (obstacle !== null) answers.push(obstacle);
    else if (settings.preview === true) answers.push({ row, type: 'fine' });
    else answers.push(made.get(row) ?? (await createOne(parts, row, input, settings)));
  }
  return answers;
}

async function obstacleOf(
  parts: BulkParts,
  row: number,
  input: InvitationInput,
  firsts: Map<string, number>,
  { again = false }: BulkSettings,
): Promise<BulkRow | null> {
  const issues = creationIssues(parts, input);
  if (issues.length > 0) return { row, type: 'invalid', issues };
  const email = typeof input.email === 'string' ? canonicalEmail(input.email) : null;
  const name = input.customCode === undefined ? email : `word ${input.customCode.toUpperCase()}`;
  if (name === null) return null;
  const first = firsts.get(name);
  if (first !== undefined) return { row, type: 'duplicate', of: first };
  firsts.set(name, row);
  if (email === null || again) return null;
  const standing = await openFor(parts, email, input.tenant);
  if (standing !== null) return { row, type: 'invited', id: standing };
  return (await parts.isMember?.(email)) === true ? { row, type: 'member' } : null;
}

/** The open invitation of a tenant that is bound to `email`. */
async function openFor(
  { store, settles }: BulkParts,
  email: string,
  tenant: string | undefined,
): Promise<string | null> {
  const { standings } = await store.list({ search: email, limit: 100, ...(tenant === undefined ? {} : { tenant }) });
  const open = standings.find(
    (standing) => standing.record.bound === email && ['open', 'held', 'not_yet'].includes(stateOf(standing, settles)),
  );
  return open?.record.id ?? null;
}

function isPlain({ customCode, inviter }: InvitationInput): boolean {
  return customCode === undefined && inviter === undefined;
}

async function createPlain(
  parts: BulkParts,
  rows: readonly Row[],
  { by }: InvitationActor,
): Promise<ReadonlyMap<number, BulkRow>> {
  const drafts = rows.map(({ row, input }) => {
    const text = randomCode();
    return { row, text, record: recordOf(parts, input, { kind: 'generated', text }) };
  });
  const created = await parts.store.createAll(
    drafts.map(({ record }) => record),
    by,
  );
  return new Map(
    drafts
      // Who drew a code that exists is left out here, and gets another one by itself.
      .filter((_, at) => created[at])
      .map(({ row, text, record }): [number, BulkRow] => {
        tellCreated(parts.events, record);
        return [row, { row, type: 'created', ...shown(parts, record, inGroups(text)) }];
      }),
  );
}

async function createOne(
  parts: BulkParts,
  row: number,
  input: InvitationInput,
  actor: InvitationActor,
): Promise<BulkRow> {
  try {
    return { row, type: 'created', ...(await createInvitation(parts, input, actor)) };
  } catch (error) {
    if (!isEnrollmentError(error) || error.status >= 500) throw error;
    return { row, type: 'refused', code: error.code, text: error.message };
  }
}
