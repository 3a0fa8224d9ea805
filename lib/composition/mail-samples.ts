import { minutesOf } from '../base/message.js';
import type { Flow } from '../flow/flow.js';
import type { Stage } from '../flow/stage.js';
import { usualSample, type SampleSettings } from '../mail/sample-content.js';
import type { EnrollmentConfig } from '../options/options.js';
import type { MailKind } from '../ports/mailer.js';
import type { TicketPurpose } from '../ports/ticket-store.js';
import { signupFlowOf } from './invitations.js';

type Config<User, Data> = Pick<
  EnrollmentConfig<User, Data>,
  'flows' | 'defaultFlows' | 'signupUrl' | 'emailInvitations' | 'inviters'
>;

/** A preview says what the mail of the same settings says, from the templates of the flow that sends it. */
export function composeMailSamples<User, Data>(config: Config<User, Data>): (kind: MailKind) => SampleSettings {
  const { signupUrl, emailInvitations, inviters } = config;
  return (kind) => {
    const flow = senderOf(config, kind);
    const seconds = flow === null ? null : codeSecondsOf(flow);
    return {
      flow: flow?.slug ?? usualSample.flow,
      minutes: seconds === null ? usualSample.minutes : minutesOf(seconds),
      // An app's own signup page has no button that sends one.
      freshLinks: emailInvitations.freshLinks && signupUrl === null,
      namesInviters: inviters.displayName !== undefined,
    };
  };
}

const purposes: Partial<Record<MailKind, TicketPurpose>> = {
  ticket_invite: 'invite',
  ticket_recovery: 'recovery',
  ticket_verify_email: 'verify-email',
  ticket_change_email: 'change-email',
};
const aboutInvitations: readonly MailKind[] = [
  'invitation',
  'waitlist_approved',
  'fresh_link_requested',
  'invitation_declined',
];
const sentWithCodes: Partial<Record<MailKind, (designation: Flow['designation']) => boolean>> = {
  recovery: (designation) => designation === 'recovery',
  no_password: (designation) => designation === 'recovery',
  enrollment: (designation) => designation === 'enrollment',
  account_exists: (designation) => designation === 'enrollment',
  verification: (designation) => designation !== 'recovery' && designation !== 'enrollment',
};

/** `null`: none, or any of several. */
function senderOf<User, Data>(config: Config<User, Data>, kind: MailKind): Flow | null {
  const [purpose, isDesignated] = [purposes[kind], sentWithCodes[kind]];
  const signup = aboutInvitations.includes(kind) ? signupFlowOf(config) : null;
  // A ticket that names no flow is for the first one.
  if (purpose !== undefined) return config.flows.find(({ tickets }) => tickets.includes(purpose)) ?? null;
  if (isDesignated === undefined) return config.flows.find(({ slug }) => slug === signup) ?? null;
  const all = config.flows.filter((flow) => isDesignated(flow.designation) && emailStageOf(flow) !== null);
  return all.length === 1 ? (all[0] ?? null) : null;
}

function emailStageOf({ bindings, insertable }: Flow): Stage | null {
  const all = [...bindings, ...insertable.values()].map(({ stage }) => stage);
  return all.find(({ kind }) => kind === 'email') ?? null;
}

/** `null`: the default. */
function codeSecondsOf(flow: Flow): number | null {
  const settings: { readonly expiresInSeconds?: unknown } = emailStageOf(flow)?.settings ?? {};
  return typeof settings.expiresInSeconds === 'number' ? settings.expiresInSeconds : null;
}
