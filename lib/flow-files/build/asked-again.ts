import type { SecondFactorUse, Stage } from '../../flow/stage.js';
import type { FlowRecord } from '../records/record.js';
import type { Building } from './building.js';
import type { PlacedStage } from './flow-place.js';
import { typesAsked } from './not-configured.js';

/** What a user may have proved before a step. */
interface Proved {
  /** The types that earlier stages ask for. */
  readonly types: Set<string>;
  /** A passkey alone has signed the user in. */
  byPasskey: boolean;
  /** A passkey that did not verify its user was taken, or set up. */
  unverified: boolean;
}

/**
 * Reports the stages that ask for less than one before them, in kinds of authenticators or in what a passkey verifies: what
 * was proved there counts for all, where authentik asks again. `steps` are those of the files, `placed`, and the set-ups
 * that the import adds before them.
 */
export function reportAskedAgain(
  { placed, steps }: { readonly placed: readonly PlacedStage[]; readonly steps: readonly PlacedStage[] },
  building: Building,
): void {
  const written = new Set(placed);
  const proved: Proved = { types: new Set(), byPasskey: false, unverified: false };
  // The set-up that a stage brings along is enough for that stage in authentik, too.
  const own: SecondFactorUse[] = [];
  let at: FlowRecord | null = null;
  for (const step of steps) {
    const use = provedBy(step.spec.stage);
    if (use === null || (use.use === 'asks' && !written.has(step))) continue;
    if (step.binding !== at) for (const one of own.splice(0)) add(proved, one);
    at = step.binding;
    for (const [field, message] of differences(step.spec.stage, proved))
      building.report(step.stage, 'noticed', field in step.stage.fields ? field : null, message);
    own.push(use);
  }
}

/** `null`: nothing that counts later. */
function provedBy(stage: Stage): SecondFactorUse | null {
  return stage.asking && stage.writes.includes('second_factor') ? stage.secondFactor : null;
}

function add(proved: Proved, { use, types, verifiesUser = false }: SecondFactorUse): void {
  if (types.includes('webauthn') && !verifiesUser) proved.unverified = true;
  if (use === 'identifies') proved.byPasskey = true;
  // Users who set one up here had none of what is asked for later.
  if (use === 'asks') for (const type of types) proved.types.add(type);
}

type Difference = readonly [field: string, message: string];

function differences(stage: Stage, { types: before, byPasskey, unverified }: Proved): readonly Difference[] {
  const types = typesAsked(stage);
  if (types === null) return [];
  const more = [...before].filter((type) => !types.some((one) => one === type));
  const takesPasskeys = types.includes('webauthn');
  const verifiesUser = stage.asking && stage.secondFactor?.verifiesUser === true;
  return [
    ...(more.length > 0
      ? [
          [
            'device_classes',
            `a user who has proved an authenticator at an earlier stage (${more.join(', ')} too) is not asked here again; put this stage first to ask for these classes alone`,
          ] as const,
        ]
      : []),
    ...(byPasskey && !takesPasskeys
      ? [['device_classes', 'a user who has signed in by a passkey alone is not asked here'] as const]
      : []),
    ...(takesPasskeys && verifiesUser && unverified
      ? [
          [
            'webauthn_user_verification',
            'a passkey that an earlier stage took, or set up, without verifying its user counts here as well; let that stage require it, too',
          ] as const,
        ]
      : []),
  ];
}
