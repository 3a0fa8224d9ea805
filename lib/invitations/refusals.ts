import type { Clock } from '../base/clock.js';
import { randomReference } from '../base/ids.js';
import type { Message } from '../base/message.js';
import type { EventSink } from '../ports/events.js';
import type { InvitationStore } from '../ports/invitation-store.js';
import type { Background } from './background.js';
import { refusalMessage, type Refusal, type RefusalStyle } from './refusal.js';

interface Refused {
  readonly message: Message;
  readonly reference: string;
}

/** Words a refusal and keeps its true cause under a fresh reference. */
export type Refuse = (refusal: Refusal, id: string | null, accepted: boolean) => Refused;

/** Nobody waits until the reference is stored: the answer must not take longer for a code that exists. */
export function createRefuse(parts: {
  readonly store: InvitationStore;
  readonly events: EventSink;
  readonly clock: Clock;
  readonly background: Background;
  readonly style: RefusalStyle;
}): Refuse {
  const { store, events, clock, background, style } = parts;
  return (refusal, id, accepted) => {
    const reference = randomReference();
    background.run('storing why an invitation was refused', store.refused(reference, refusal, id, clock.now()));
    events({ type: 'invitation.refused', cause: refusal, id, reference });
    return { message: refusalMessage(refusal, style, accepted), reference };
  };
}
