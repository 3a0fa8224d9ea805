import { kitMade } from '../flow/made-by.js';
import { momentText } from '../base/date-text.js';
import { message, type Message } from '../base/message.js';
import type { StageContext } from '../flow/facts.js';
import type { Prompt } from '../flow/prompt.js';
import type { UserSession } from '../ports/user-sessions.js';
import { browserName } from './browser-name.js';
import { radioButtonGroup } from './choices.js';

/** The answer that stands for all other sessions. */
const allOthers = 'others';

/** The other sessions of the signed-in user, by browser and time; the first choice is all of them. */
export const sessionPrompt = kitMade('session', (key: string = 'session'): Prompt => {
  return radioButtonGroup({
    key,
    label: message('stage.sessions.label'),
    async choices(at) {
      const all = { value: allOthers, label: message('stage.sessions.all') };
      return [all, ...(await others(at)).map((session) => ({ value: session.id, label: labelOf(session, at) }))];
    },
    // Where no other is known, what may be there is ended by the button alone.
    initial: async (at) => ((await others(at)).length === 0 ? allOthers : undefined),
    subText: async (at) => ((await others(at)).length === 0 ? message('stage.sessions.none') : undefined),
  });
});

async function others({ facts, services }: StageContext): Promise<readonly UserSession[]> {
  if (facts.user === undefined) return [];
  const all = await services.sessions.list(facts.user, facts.session ?? null);
  return all.filter(({ isCurrent }) => !isCurrent);
}

function labelOf({ userAgent, lastSeenAt, signedInAt }: UserSession, { facts }: StageContext): Message {
  // The time of day alone tells two sessions of one day apart.
  const time = momentText(lastSeenAt ?? signedInAt, facts.locale);
  const browser = browserName(userAgent);
  if (browser === null) return message('stage.sessions.unknown', { time });
  return lastSeenAt === null
    ? message('stage.sessions.one', { browser, time })
    : message('stage.sessions.seen', { browser, time });
}
