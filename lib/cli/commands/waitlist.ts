import type { Command } from 'commander';
import { everyPlace } from '../../base/paging.js';
import type { WaitlistEntry, WaitlistState } from '../../ports/waitlist-store.js';
import type { Waitlist } from '../../waitlist/waitlist.js';
import { deliver, jsonList } from '../deliver.js';
import { oneOf, wholeNumber } from '../flags.js';
import { instantText } from '../invitation-texts.js';
import { checkOut } from '../out-file.js';
import type { Action } from '../program.js';
import { countsText } from '../row-report.js';
import { addDecisionCommands } from './waitlist-decide.js';

const states = ['waiting', 'approved', 'sent', 'failed', 'refused', 'joined'] as const satisfies WaitlistState[];

/** `waitlist …` */
export function addWaitlistCommands(program: Command, action: Action): void {
  const waitlist = program.command('waitlist').description('who waits for an invitation');

  waitlist
    .command('list')
    .description('who is on it, the oldest first, and how many are in which state')
    .option('--state <state>', states.join(', '))
    .option('-n, --limit <n>', 'at most so many, 1,000 at a time', '50')
    .option('--after <place>', 'the place of the last one of the page before')
    .option('--tenant <tenant>', 'of this tenant only')
    .action(
      action(
        async ({ output, enrollment }, flags: { state?: string; limit: string; after?: string; tenant?: string }) => {
          const { tenant, after } = flags;
          const query = {
            ...stateOf(flags),
            ...(tenant === undefined ? {} : { tenant }),
            limit: wholeNumber(flags.limit, '--limit', 1, 1000),
            ...(after === undefined ? {} : { after: wholeNumber(after, '--after') }),
          };
          const { waitlist: list } = await enrollment();
          const entries = await list.list(query);
          const counts = await list.count(tenant === undefined ? {} : { tenant });
          output.answer({ counts, entries }, () =>
            [
              entries.length === 0
                ? 'none'
                : output.table(
                    ['place', 'address', 'state', 'asked', 'by', 'problem'],
                    entries.map(({ place, email, state, askedAt, by, lastError }) => [
                      place,
                      email,
                      state,
                      instantText(askedAt),
                      by,
                      lastError,
                    ]),
                    ['address', 'by', 'problem'],
                  ),
              countsText(Object.entries(counts)),
            ].join('\n\n'),
          );
        },
      ),
    );

  addDecisionCommands(waitlist, action);

  waitlist
    .command('remove')
    .argument('<address>')
    .description('forget a person, and revoke what was sent')
    .option('--tenant <tenant>', 'of this tenant')
    .action(
      action(async ({ output, enrollment, fail }, address: string, flags: { tenant?: string }) => {
        const removed = await (await enrollment()).waitlist.remove(address, flags);
        if (!removed.removed) fail();
        output.answer(removed, () => (removed.removed ? 'removed' : 'this address is not on the list'));
      }),
    );

  waitlist
    .command('reconcile')
    .description('mark who has joined, and what became of mails, where a process died before it did')
    .action(
      action(async ({ output, enrollment }) => {
        const corrected = await (await enrollment()).waitlist.reconcile();
        output.answer({ corrected }, () => `${String(corrected)} corrected`);
      }),
    );

  waitlist
    .command('export')
    .description('CSV of all; with --json a list of records')
    .option('--state <state>', states.join(', '))
    .option('--tenant <tenant>', 'of this tenant only')
    .option('-o, --out <file>', 'write to this file, which must not exist')
    .action(
      action(async (session, { out, ...flags }: { state?: string; tenant?: string; out?: string }) => {
        const query = { ...stateOf(flags), ...(flags.tenant === undefined ? {} : { tenant: flags.tenant }) };
        checkOut(session.terminal, out);
        const { waitlist: list } = await session.enrollment();
        await deliver(session, session.output.json ? jsonList(entriesOf(list, query)) : list.lines(query), out);
      }),
    );
}

async function* entriesOf(list: Waitlist, query: Parameters<Waitlist['list']>[0]): AsyncGenerator<WaitlistEntry> {
  for await (const page of everyPlace((after) => list.list({ ...query, limit: 500, after }))) yield* page;
}

function stateOf({ state }: { readonly state?: string }): { readonly state?: WaitlistState } {
  return state === undefined ? {} : { state: oneOf(states, state, '--state') };
}
