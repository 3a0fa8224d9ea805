import { message, type Message } from '../base/message.js';
import type { StageContext } from '../flow/facts.js';
import type { Prompt } from '../flow/prompt.js';
import type { UserSession } from '../ports/user-sessions.js';
import { browserName } from './browser-name.js';
import { radioButtonGroup } from './choices.js';

/** The answer that stands for all other sessions. */
const allOthers = 'others';

/** The other sessions of the signed-in user, by browser and time; the first choice is all of them. */
export function sessionPrompt(key = 'session'): Prompt {
  return radioButtonGroup({
    key,
    label: message('stage.sessions.label'),
    async choices(at) {
      const all = { value: allOthers, label: message('stage.sessions.all') };
      return [all, ...(await others(at)).map((session) => ({ value: session.id, label: labelOf(session, at) }))];
    },
    subText: async (at) => ((await others(at)).length === 0 ? message('stage.sessions.none') : undefined),
  });
}

async function others({ facts, services }: StageContext): Promise<readonly UserSession[]> {
  if (facts.user === undefined) return [];
  const all = await services.sessions.list(facts.user, facts.session ?? null);
  return all.filter(({ isCurrent }) => !isCurrent);
}

function labelOf({ userAgent, lastSeenAt, signedInAt }: UserSession, { facts }: StageContext): Message {
  const time = momentOf(lastSeenAt ?? signedInAt, facts.locale);
  const browser = browserName(userAgent);
  if (browser === null) return message('stage.sessions.unknown', { time });
  return lastSeenAt === null
    ? message('stage.sessions.one', { browser, time })
    : message('stage.sessions.seen', { browser, time });
}

/** With the time of day, which alone tells two sessions of one day apart; its zone is the server's. */
function momentOf(at: number, locale: string): string {
  return new Intl.DateTimeFormat(locale, {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    timeZoneName: 'short',
  }).format(at);
}
