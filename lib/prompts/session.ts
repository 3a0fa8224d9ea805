import { message, type Message } from '../base/message.js';
import type { StageContext } from '../flow/facts.js';
import type { Prompt } from '../flow/prompt.js';
import type { UserSession } from '../ports/user-sessions.js';
import { browserName } from './browser-name.js';
import { radioButtonGroup } from './choices.js';

/** The answer that stands for all other sessions. */
const allOthers = 'others';

/** The other sessions of the signed-in user, by browser and day; the first choice is all of them. */
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
  const day = new Intl.DateTimeFormat(facts.locale, { dateStyle: 'medium' }).format(lastSeenAt ?? signedInAt);
  const browser = browserName(userAgent);
  if (browser === null) return message('stage.sessions.unknown', { day });
  return lastSeenAt === null
    ? message('stage.sessions.one', { browser, day })
    : message('stage.sessions.seen', { browser, day });
}
