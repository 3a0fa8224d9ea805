import type { Background } from '../../base/background.js';
import type { EnrollmentClock } from '../../base/clock.js';
import { randomReference } from '../../base/ids.js';
import type { Message } from '../../base/message.js';
import type { EventSink } from '../../ports/events.js';
import type { InvitationStore, NotedRefusal } from '../../ports/invitation-store.js';
import { refusalMessage, type Refusal, type RefusalStyle } from './refusal.js';

interface Refused {
  readonly message: Message;
  readonly reference: string;
}

/** Makes the message of a refusal and stores its true cause under a new reference. */
export type Refuse = (refusal: Refusal, id: string | null, accepted: boolean) => Refused;

interface RefusalRecorder {
  readonly refuse: Refuse;
  /** Resolves when every reference that a visitor saw is stored, or could not be stored. */
  flush(): Promise<void>;
}

const pauseMs = 250;

/**
 * No answer waits until its reference is stored: an answer must not take longer for a code that exists. References are
 * collected and stored together, at most a quarter of a second later.
 */
export function createRefusalRecorder(parts: {
  readonly store: InvitationStore;
  readonly events: EventSink;
  readonly clock: EnrollmentClock;
  readonly background: Background;
  readonly style: RefusalStyle;
}): RefusalRecorder {
  const { store, events, clock, background, style } = parts;
  let noted: NotedRefusal[] = [];
  let timer: NodeJS.Timeout | null = null;
  let storing: Promise<void> = Promise.resolve();

  function flush(): Promise<void> {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (noted.length > 0) {
      const work = store.refused(noted);
      noted = [];
      background.run('storing why an invitation was refused', work, 'warn');
      storing = Promise.allSettled([storing, work]).then(() => undefined);
    }
    return storing;
  }

  return Object.freeze<RefusalRecorder>({
    refuse(refusal, id, accepted) {
      const reference = randomReference();
      noted.push({ reference, cause: refusal, id, at: clock.now() });
      timer ??= setTimeout(() => void flush(), pauseMs).unref();
      events({ type: 'invitation.refused', cause: refusal, id, reference });
      return { message: refusalMessage(refusal, style, accepted), reference };
    },
    flush,
  });
}
