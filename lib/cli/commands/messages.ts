import type { Command } from 'commander';
import { didYouMean } from '../../base/did-you-mean.js';
import { isLanguageTag } from '../../base/language-tag.js';
import { kitMessages, type EnrollmentMessages } from '../../composition/messages.js';
import type { Action } from '../program.js';
import type { Session } from '../session.js';
import { CommandError, usage } from '../terminal.js';

const examples = `
Without a configuration, the sentences are those of the kit.

Examples:
  express-enrollment messages list de
  express-enrollment messages missing nl
  express-enrollment messages template nl > nl.json`;

/** `messages …`: the sentences of the pages, for translators. */
export function addMessageCommands(program: Command, action: Action): void {
  const messages = program
    .command('messages')
    .description('the sentences of the pages: in each language, and what a language lacks')
    .addHelpText('after', examples);

  messages
    .command('list [tag]')
    .description('ids and texts, in the default language or another one')
    .action(
      action(async (session, given: string | undefined) => {
        const known = await messagesOf(session);
        const tag = given === undefined ? undefined : tagOf(given);
        if (tag !== undefined) checkHasTexts(known, tag);
        const texts = known.list(tag);
        session.output.answer(texts, () => tableOf(session, Object.entries(texts)));
      }),
    );

  messages
    .command('missing <tag>')
    .description('the sentences that a language lacks, with their default texts; ends with 1 if there are any')
    .action(
      action(async (session, given: string) => {
        const known = await messagesOf(session);
        const texts = known.list();
        const missing = known.missing(tagOf(given)).map((id) => [id, texts[id] ?? ''] as const);
        if (missing.length > 0) session.fail();
        session.output.answer(Object.fromEntries(missing), () =>
          missing.length === 0 ? 'No sentence is missing.' : tableOf(session, missing),
        );
      }),
    );

  messages
    .command('template <tag>')
    .description('a file of one language, to be translated: what it lacks has its default text')
    .action(
      action(async ({ output, ...session }, given: string) => {
        const texts = (await messagesOf(session)).list(tagOf(given));
        output.answer(texts, () => JSON.stringify(texts, null, 2));
      }),
    );
}

/** Without this, the list would be the default language's. */
function checkHasTexts(messages: EnrollmentMessages, tag: string): void {
  if (messages.missing(tag).length < Object.keys(messages.list()).length) return;
  const { languages } = messages;
  throw new CommandError(
    `there is no sentence in the language '${tag}'${didYouMean(tag, languages)}; "messages template ${tag}" writes a file to translate`,
    1,
  );
}

async function messagesOf({ configured }: Pick<Session, 'configured'>): Promise<EnrollmentMessages> {
  return (await configured())?.messages ?? kitMessages();
}

function tableOf({ output }: Pick<Session, 'output'>, texts: readonly (readonly [string, string])[]): string {
  return output.table(['id', 'text'], texts, ['text']);
}

function tagOf(given: string): string {
  if (isLanguageTag(given)) return given;
  throw usage(`'${given}' is no language tag: write one such as de or pt-BR`);
}
