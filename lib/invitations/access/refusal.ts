import { delayedCall, type Background } from '../../base/background.js';
import type { EnrollmentClock } from '../../base/clock.js';
import { randomReference } from '../../base/ids.js';
import { message, minutesOf, type Message } from '../../base/message.js';
import type { MessageId } from '../../base/texts/english.js';
import type { EventSink } from '../../ports/events.js';
import type { InvitationStore, NotedRefusal } from '../../ports/invitation-store.js';
import type { RedemptionRefusal } from '../../ports/redeem.js';

/** Every reason why a code or an invitation is refused. */
export type Refusal = RedemptionRefusal | 'typo' | 'throttled';

/**
 * `uniform` never reveals that a code exists or existed; `plain` says what a visitor needs to know and a guesser cannot
 * use.
 */
export type RefusalStyle = 'plain' | 'uniform';

const plainToAnyone = new Map<Refusal, MessageId>([
  ['expired', 'invitation.expired'],
  ['declined', 'invitation.declined'],
  ['used_up', 'invitation.used_up'],
  ['held', 'invitation.held'],
]);
const plainOnceAccepted = new Map<Refusal, MessageId>([
  ['other_email', 'invitation.other_email'],
  ['already', 'invitation.already'],
  ['already_accepted', 'invitation.already_accepted'],
  ['no_person', 'invitation.no_person'],
]);

/**
 * The message for the visitor. `accepted` is true when the code itself was accepted before: then the address is no
 * secret.
 */
function refusalMessage(refusal: Refusal, style: RefusalStyle, accepted: boolean): Message {
  if (refusal === 'typo') return message('invitation.typo');
  if (style === 'uniform') return message('invitation.unknown');
  const plain = plainToAnyone.get(refusal) ?? (accepted ? plainOnceAccepted.get(refusal) : undefined);
  return message(plain ?? 'invitation.unknown');
}

export function throttledMessage(
  retryAfterSeconds: number,
  id: 'invitation.throttled' | 'invitation.too_many_held' = 'invitation.throttled',
): Message {
  return message(id, { minutes: minutesOf(retryAfterSeconds) });
}

const idsOfRightCodes: ReadonlySet<string> = new Set([
  ...plainToAnyone.values(),
  'invitation.already_accepted',
  'invitation.too_many_held',
]);

/** True for a refusal that reveals that the code itself was right: it is no wrong guess, and must not count as one. */
export function isOfRightCode({ id }: Message): boolean {
  return idsOfRightCodes.has(id);
}

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
  let storing: Promise<void> = Promise.resolve();
  const soon = delayedCall(() => void flush());

  function flush(): Promise<void> {
    soon.cancel();
    if (noted.length > 0) {
      const work = store.refused(noted);
      noted = [];
      background.run('storing why an invitation was refused', work, { level: 'warn' });
      storing = Promise.allSettled([storing, work]).then(() => undefined);
    }
    return storing;
  }

  return Object.freeze<RefusalRecorder>({
    refuse(refusal, id, accepted) {
      const reference = randomReference();
      noted.push({ reference, cause: refusal, id, at: clock.now() });
      soon.schedule(pauseMs);
      events({ type: 'invitation.refused', cause: refusal, id, reference });
      return { message: refusalMessage(refusal, style, accepted), reference };
    },
    flush,
  });
}
