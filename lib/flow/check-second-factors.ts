import type { Flow } from './flow.js';

/** Recovery flows that pass by the second factor which the sign-in asks for: each as a sentence with its path. */
export function recoveryIssues(flows: readonly Flow[]): readonly string[] {
  const asking = flows.filter((flow) => isSignIn(flow) && asksFactor(flow)).map(({ slug }) => `'${slug}'`);
  if (asking.length === 0) return [];
  return flows
    .filter((flow) => flow.designation === 'recovery' && signsIn(flow) && !asksFactor(flow) && !flow.skipsSecondFactor)
    .map(
      ({ slug }) =>
        `flows.${slug}: it signs in without the second factor that ${asking.join(', ')} asks for; set secondFactor: true, or false where that is meant`,
    );
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

function isSignIn({ designation, sourceRole }: Flow): boolean {
  return designation === 'authentication' && sourceRole === null;
}

function signsIn({ bindings }: Flow): boolean {
  return bindings.some(({ stage }) => !stage.asking && stage.signsIn);
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
