import type { Command } from 'commander';
import { wholeNumber } from '../flags.js';
import { instantText } from '../invitation-texts.js';
import type { Action } from '../program.js';

/** `deliveries …`: webhook and onEnrolled deliveries that failed. */
export function addDeliveryCommands(program: Command, action: Action): void {
  const deliveries = program.command('deliveries').description('failed deliveries of webhooks and onEnrolled');

  deliveries
    .command('list')
    .description('how many wait, and what was given up')
    .option('-n, --limit <n>', 'at most so many', '50')
    .action(
      action(async ({ output, enrollment }, { limit }: { limit: string }) => {
        const most = wholeNumber(limit, '--limit', 1, 1000);
        const { deliveries: manager } = await enrollment();
        const [counts, failed] = [await manager.counts(), await manager.failed(most)];
        output.answer({ counts, failed }, () =>
          [
            output.record(Object.entries(counts)),
            failed.length === 0
              ? ''
              : output.table(
                  ['id', 'what', 'tried', 'given up', 'why'],
                  failed.map(({ id, kind, attempts, failedAt, error }) => [
                    id,
                    kind,
                    attempts,
                    instantText(failedAt),
                    error,
                  ]),
                  ['why'],
                ),
          ]
            .filter((part) => part !== '')
            .join('\n\n'),
        );
      }),
    );

  deliveries
    .command('retry')
    .argument('<id>', 'as "list" tells it')
    .description('try one again that was given up')
    .action(
      action(async ({ output, enrollment, fail }, id: string) => {
        const again = await (await enrollment()).deliveries.retry(id);
        if (!again) fail();
        output.answer({ again }, () => (again ? 'will be tried again' : 'there is none of this id'));
      }),
    );
}
