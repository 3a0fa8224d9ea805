import type { Flow } from './flow.js';
import { flowPart, issueAt, type FlowIssue } from './flow-issue.js';

/**
 * Flows that sign in, or replace the password, by a mailbox alone, past the second factor which the sign-in asks for:
 * recovery flows, and flows that a link begins.
 */
export function mailboxSignInIssues(flows: readonly Flow[]): readonly FlowIssue[] {
  const asking = flows.filter((flow) => isSignIn(flow) && asksFactor(flow)).map(({ slug }) => `'${slug}'`);
  if (asking.length === 0) return [];
  return flows
    .filter((flow) => isByMailbox(flow) && opensAccount(flow) && !asksFactor(flow) && !flow.skipsSecondFactor)
    .map((flow) => {
      const done = signsIn(flow) ? 'signs in' : 'replaces the password';
      const wrong = `it ${done} without the second factor that ${asking.join(', ')} asks for`;
      return issueAt(flowPart(flow), `${wrong}; ${remedyFor(flow)}`, { inFiles: `${wrong}; ${remedyInFiles}` });
    });
}

/**
 * Flows that sign in by a password without asking for the second factor that users set up in another flow, as a
 * sentence; `null`: there are none.
 */
export function unaskedFactors(flows: readonly Flow[]): string | null {
  const setUps = flows.filter((flow) => flow.designation === 'stage_configuration' && setsUp(flow).length > 0);
  const isByPasskey = flows.some((flow) => factorUses(flow).includes('identifies'));
  // A passkey without a password is of use where a flow signs in by it.
  const needed = setUps.filter((flow) => !isByPasskey || setsUp(flow).includes('totp'));
  const silent = flows.filter((flow) => {
    const asksPassword = flow.bindings.some(({ stage }) => stage.requires.includes('credentials'));
    return isSignIn(flow) && asksPassword && !asksFactor(flow) && !flow.skipsSecondFactor;
  });
  if (needed.length === 0 || silent.length === 0) return null;
  return `users set up second factors in ${slugs(needed)}, and ${slugs(silent)} never asks for them; set secondFactor: true, or false where that is meant`;
}

const slugs = (flows: readonly Flow[]): string => flows.map(({ slug }) => `'${slug}'`).join(', ');

/** A flow that creates accounts signs in the one that it has created, which has no second factor yet. */
function isByMailbox({ designation, authentication, bindings }: Flow): boolean {
  const creates = bindings.some(({ stage }) => !stage.asking && stage.creates);
  return designation === 'recovery' || (authentication === 'require_token' && !creates);
}

const ofOwnFlow = 'add validateAuthenticator() before that, or set skipsSecondFactor: true where that is meant';

const remedyInFiles =
  'bind a stage of the model authentik_stages_authenticator_validate.authenticatorvalidatestage before that, or set skips_second_factor: true of the flow where that is meant';

function remedyFor({ authentication }: Flow): string {
  return authentication === 'require_token'
    ? ofOwnFlow
    : `set secondFactor: true of recoveryFlow, or setPasswordFlow, or false where that is meant; in a flow of your own, ${ofOwnFlow}`;
}

function isSignIn({ designation, sourceRole }: Flow): boolean {
  return designation === 'authentication' && sourceRole === null;
}

function signsIn({ bindings }: Flow): boolean {
  return bindings.some(({ stage }) => !stage.asking && stage.signsIn);
}

function opensAccount(flow: Flow): boolean {
  return signsIn(flow) || flow.bindings.some(({ stage }) => stage.requires.includes('new-passwords'));
}

function factorUses({ bindings }: Flow): readonly string[] {
  return bindings.flatMap(({ stage }) => (stage.asking && stage.secondFactor !== null ? [stage.secondFactor.use] : []));
}

function asksFactor(flow: Flow): boolean {
  return factorUses(flow).includes('asks');
}

function setsUp({ bindings }: Flow): readonly string[] {
  return bindings.flatMap(({ stage }) =>
    stage.asking && stage.secondFactor?.use === 'sets_up' ? stage.secondFactor.types : [],
  );
}
