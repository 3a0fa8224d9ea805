import type { Command } from 'commander';
import { canonicalEmail } from '../../base/canonical.js';
import { didYouMean } from '../../base/did-you-mean.js';
import { mailKinds, mailStateNames } from '../../base/mail-kinds.js';
import { wholeNumber } from '../flags.js';
import { localeFlag } from '../language-flag.js';
import { instantText, suppressionText } from '../invitation-texts.js';
import type { MailManager } from '../../mail/mail-manager.js';
import type { MailSuppression } from '../../ports/mail-suppressions.js';
import type { Action } from '../program.js';
import { usage } from '../terminal.js';
import { tellMails, waitForMails } from '../wait-for-mails.js';

interface LanguageFlag {
  readonly language?: string;
}

type Suppressed = MailSuppression & { readonly tenant: string | null };

interface ListFlags {
  readonly state?: readonly string[];
  readonly limit: string;
  readonly after?: string;
  readonly to?: string;
  readonly tenant?: string;
}

/** `mail …`: what became of the mails of the app, and how they look. */
export function addMailCommands(program: Command, action: Action): void {
  const mail = program.command('mail').description('the mails of the app: how they look, what became of them');

  mail
    .command('preview <kind>')
    .description('print a mail as it would be drawn now, with sample names')
    .option('--language <tag>', 'in this language')
    .option('--html', 'the HTML, not the text')
    .addHelpText('after', `\nKinds: ${mailKinds.join(', ')}`.replaceAll(/(.{1,76})(?: |$)/g, '$1\n'))
    .action(
      action(async ({ output, unready }, given: string, flags: LanguageFlag & { readonly html?: boolean }) => {
        const kind = oneOf(mailKinds, given, 'mail');
        const { mails, messages } = await unready();
        const drawn = mails.preview(kind, localeFlag(flags.language, '--language', messages));
        output.answer(drawn, () =>
          flags.html === true ? drawn.html : `Subject: ${drawn.subject}\n\n${drawn.text.trimEnd()}`,
        );
      }),
    );

  mail
    .command('test <address>')
    .description('send a sample at once, and say what the mail server said')
    .option('--kind <kind>', 'which mail', 'invitation')
    .option('--language <tag>', 'in this language')
    .action(
      action(async ({ output, unready, fail }, to: string, flags: LanguageFlag & { readonly kind: string }) => {
        const kind = oneOf(mailKinds, flags.kind, 'mail');
        if (canonicalEmail(to) === null) throw usage(`'${to}' is not an email address`);
        const { mails, messages } = await unready();
        const outcome = await mails.test(to, { kind, ...localeFlag(flags.language, '--language', messages) });
        if (outcome.type === 'failed') fail();
        output.answer(outcome, () =>
          outcome.type === 'sent' ? 'the mail server accepted it' : `${said[outcome.certainty]}: ${outcome.response}`,
        );
      }),
    );

  mail
    .command('list')
    .description('what became of the mails of the last 30 days, the newest first')
    .option('--state <states...>', `only these: ${mailStateNames.join(', ')}`)
    .option('--to <email>', 'only those to this address, and whether it gets invitations')
    .option('--tenant <tenant>', 'only those of this tenant')
    .option('-n, --limit <n>', 'at most so many', '50')
    .option('--after <next>', 'the next page')
    .action(
      action(async ({ output, enrollment }, { state, limit, after, to, tenant }: ListFlags) => {
        if (to !== undefined && canonicalEmail(to) === null) throw usage(`'${to}' is not an email address`);
        const { mails } = await enrollment();
        const page = await mails.list({
          limit: wholeNumber(limit, '--limit', 1, 500),
          ...(state === undefined ? {} : { states: state.map((one) => oneOf(mailStateNames, one, 'state')) }),
          ...(to === undefined ? {} : { to }),
          ...(tenant === undefined ? {} : { tenant }),
          ...(after === undefined ? {} : { after: String(wholeNumber(after, '--after', 1, 1e15)) }),
        });
        // Each tenant's mails are stopped by themselves.
        const tenants = tenant === undefined ? [null, ...page.mails.map((one) => one.tenant)] : [tenant];
        const suppressed = to === undefined ? null : await suppressionsOf(mails, to, tenants);
        output.answer({ ...page, ...(suppressed === null ? {} : { suppressed }) }, () => {
          const stopped = (suppressed ?? []).map(suppressedLine).join('\n');
          const head = stopped === '' ? '' : `${stopped}\n\n`;
          if (page.mails.length === 0) return `${head}no mails`;
          const rows = page.mails.map(({ id, kind, hint, state: is, attempts, changedAt, failure }) => [
            id,
            kind,
            hint,
            is,
            attempts,
            instantText(changedAt),
            failure?.response ?? '',
          ]);
          const table = output.table(['id', 'what', 'to', 'state', 'tried', 'when', 'why'], rows, ['why']);
          return page.next === null ? head + table : `${head}${table}\n\nmore: --after ${page.next}`;
        });
      }),
    );

  mail
    .command('resend')
    .argument('<id>', 'as "list" tells it')
    .description('send a letter again that failed, or may not have been sent')
    .action(
      action(async (session, id: string) => {
        const { output, enrollment, fail } = session;
        const administered = await enrollment();
        const result = await administered.mails.resend(id);
        if (result !== 'queued') fail();
        const mails = await waitForMails(session, administered, result === 'queued' ? [id] : []);
        output.answer({ result, mails }, () => (result === 'queued' && mails.sent === 0 ? 'not sent' : said[result]));
        tellMails(session, mails);
      }),
    );

  mail
    .command('suppressed')
    .argument('[email]', 'left out: how many get none')
    .description('say whether an address gets invitations by email, or how many get none')
    .option('--tenant <tenant>', 'for the mails of this tenant')
    .action(
      action(async ({ output, enrollment }, email: string | undefined, { tenant }: { readonly tenant?: string }) => {
        if (email !== undefined && canonicalEmail(email) === null) throw usage(`'${email}' is not an email address`);
        if (email === undefined && tenant !== undefined) throw usage('--tenant needs an address');
        const { mails } = await enrollment();
        if (email === undefined) {
          const count = await mails.countSuppressed();
          output.answer(
            { count },
            () => `addresses that get no more invitations: ${String(count)} (they cannot be listed)`,
          );
          return;
        }
        const suppressed = await mails.suppressed({ email, ...(tenant === undefined ? {} : { tenant }) });
        output.answer({ suppressed }, () => suppressionText(suppressed));
      }),
    );

  const recipients = [
    ['suppress', 'send no more invitations to an address'],
    ['allow', 'send invitations again to an address that wanted none'],
  ] as const;
  for (const [name, description] of recipients)
    mail
      .command(name)
      .argument('<email>')
      .description(description)
      .option('--tenant <tenant>', 'for the mails of this tenant')
      .action(
        action(async ({ output, enrollment, fail }, given: string, { tenant }: { readonly tenant?: string }) => {
          const email = canonicalEmail(given);
          if (email === null) throw usage(`'${given}' is not an email address`);
          const { mails } = await enrollment();
          const who = { email, ...(tenant === undefined ? {} : { tenant }) };
          const changed = await mails[name](who);
          if (!changed) fail();
          output.answer({ changed }, () => (changed ? suppressionSaid[name].done : suppressionSaid[name].before));
        }),
      );
}

async function suppressionsOf(
  manager: Pick<MailManager, 'suppressed'>,
  email: string,
  tenants: readonly (string | null)[],
): Promise<readonly Suppressed[]> {
  const found = await Promise.all(
    [...new Set(tenants)].map(async (tenant) => ({ tenant, suppressed: await manager.suppressed({ email, tenant }) })),
  );
  return found.flatMap(({ tenant, suppressed }) => (suppressed === null ? [] : [{ tenant, ...suppressed }]));
}

function suppressedLine({ tenant, ...suppressed }: Suppressed): string {
  return `invitations${tenant === null ? '' : ` of ${tenant}`}: ${suppressionText(suppressed)}`;
}

const suppressionSaid = {
  suppress: { done: 'no more invitations are sent to it', before: 'none were sent to it before' },
  allow: { done: 'invitations are sent to it again', before: 'they were sent to it before' },
} as const;

const said = {
  temporary: 'not sent; it may succeed later',
  permanent: 'refused',
  unknown: 'it may have been sent or not',
  queued: 'sent again',
  not_failed: 'it was sent, is being sent, or was withdrawn',
  removed: 'its content is no longer there: make another link',
  no_mailer: 'the app has no mailer: set the option mailer',
  unknown_mail: 'there is no mail with this id; see "mail list"',
} as const;

function oneOf<Name extends string>(names: readonly Name[], given: string, what: string): Name {
  const found = names.find((name) => name === given);
  if (found === undefined)
    throw usage(`there is no ${what} '${given}'${didYouMean(given, names) || `; there are: ${names.join(', ')}`}`);
  return found;
}
