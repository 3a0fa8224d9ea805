import { isEnrollmentError } from '../../base/error.js';
import { isSettings } from '../../base/setting-names.js';
import type { InvitationActor, InvitationInput } from '../../ports/invitation-input.js';
import { inGroups, randomCode } from '../codes/generated-code.js';
import { obstacleOf, type BulkParts, type BulkRow, type BulkSettings } from './bulk-row.js';
import { createInvitation, creationIssues, inputFor, shown, tellCreated } from './create.js';
import { recordOf } from './input.js';

const atOnce = 250;

/**
 * Creates many invitations. A row that cannot be created does not stop the others; each row has its result, in order.
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
      // When a store becomes unavailable, the codes that were already created must not be lost.
      if (answers.length === 0) throw error;
      for (let row = answers.length + 1; row <= rows.length; row += 1) answers.push(failedRow(row, error));
      break;
    }
    settings.onProgress?.(answers.length, rows.length);
  }
  return answers;
}

/** The result of a row that was not begun. */
export function failedRow(row: number, error: unknown): Extract<BulkRow, { readonly type: 'failed' }> {
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
      const input = inputFor(parts, given);
      return {
        row,
        input,
        obstacle: await obstacleOf(parts, { row, input, issues: creationIssues(parts, input) }, firsts, settings),
      };
    }),
  );
  // Custom codes and inviters need separate lookups; all other rows are sent together.
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
      // A row that drew an existing code is omitted here and draws another one.
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
