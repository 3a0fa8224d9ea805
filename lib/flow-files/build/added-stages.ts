import { message } from '../../base/message.js';
import { designations, type StageBindingSpec } from '../../flow/flow.js';
import { ifHasPassword } from '../../policies/if-has-password.js';
import { recentlyAuthenticated } from '../../policies/recently-authenticated.js';
import { confirmPassword } from '../../stages/confirm-password.js';
import { deny } from '../../stages/deny.js';
import { validateModel } from '../models/model-names.js';
import { nothingToDo } from '../models/nothing-to-do.js';
import type { Building, FlowOf } from './building.js';
import type { FieldReader } from './field-reader.js';
import { signInFactor } from './sign-in-factor.js';

type Stages = readonly StageBindingSpec[];

interface Addition {
  readonly flow: FlowOf;
  readonly reader: FieldReader;
  readonly building: Building;
  /** A key, and a name, that no other step of the flow has. */
  readonly free: (key: string) => string;
}

/**
 * The flow with what it needs here to be safe, each reported. Flows that this kit exported have all of it already.
 */
export function withAddedStages(stages: Stages, { flow, reader, building, free }: Addition): Stages {
  if (stages.length === 0) return [{ stage: nothingToDo({ name: 'nothing-to-do' }) }];
  const confirmed =
    isDesignated(reader) && needsConfirmation(stages, flow)
      ? withConfirmation(stages, { flow, reader, building, free })
      : stages;
  return needsFactor(confirmed, flow, building) ? withFactor(confirmed, { flow, reader, building, free }) : confirmed;
}

/** False where the designation is missing or wrong, which was reported: what the flow needs then is not known. */
function isDesignated(reader: FieldReader): boolean {
  return designations.some((one) => one === reader.json('designation'));
}

/**
 * Signed-in visitors who set up a way to sign in, change their password or leave, and did not give their password before:
 * behind it, or where a policy leaves it out, it would confirm nothing. authentik asks them nothing.
 */
function needsConfirmation(stages: Stages, { designation }: FlowOf): boolean {
  if (designation !== 'stage_configuration' && designation !== 'unenrollment') return false;
  const change = stages.findIndex((binding) => changesSignIn(binding) || deletes(binding, designation));
  return change !== -1 && !stages.slice(0, change).some(asksPassword);
}

function changesSignIn({ stage }: StageBindingSpec): boolean {
  return stage.asking && (stage.secondFactor?.use === 'sets_up' || stage.newPasswordFields.length > 0);
}

function deletes({ stage }: StageBindingSpec, designation: string): boolean {
  if (stage.asking) return false;
  return designation === 'unenrollment' ? stage.hasSideEffects : stage.kind === 'user_delete';
}

/** A name that is typed confirms nothing. */
function asksPassword({ stage, policies = [] }: StageBindingSpec): boolean {
  const asks =
    stage.kind === 'password' || (stage.kind === 'identification' && stage.asking && stage.fields.includes('password'));
  return asks && policies.length === 0;
}

function withConfirmation(stages: Stages, { flow: { designation }, reader, free }: Addition): Stages {
  reader.report('noticed', null, 'the visitor confirms who they are on a first page of its own');
  const name = free('confirm');
  const confirm = confirmPassword({ name, title: message('authenticator.password.title') });
  // The stage refuses users without a password.
  if (!stages.some((binding) => deletes(binding, designation))) return [{ stage: confirm, key: name }, ...stages];
  const again = free('sign-in-again');
  // As `leaveFlow` does.
  return [
    {
      stage: deny({ name: again, message: message('policy.recently_authenticated.not') }),
      key: again,
      mode: 'all',
      policies: [
        { policy: ifHasPassword(), negate: true },
        { policy: recentlyAuthenticated(), negate: true },
      ],
    },
    { stage: confirm, key: name, policies: [ifHasPassword()] },
    ...stages,
  ];
}

/**
 * A recovery that signs in, or replaces the password, by a mailbox alone, past the second factor which a sign-in of the
 * same files asks for.
 */
function needsFactor(stages: Stages, { record, designation }: FlowOf, building: Building): boolean {
  if (designation !== 'recovery' || record.fields['skips_second_factor'] === true) return false;
  const opens = stages.some(
    ({ stage }) => (!stage.asking && stage.signsIn) || stage.requires.includes('new-passwords'),
  );
  const asks = stages.some(({ stage }) => stage.asking && stage.secondFactor?.use === 'asks');
  return opens && !asks && [...building.records.values()].some(({ model }) => model === validateModel);
}

function withFactor(stages: Stages, { flow, reader, building, free }: Addition): Stages {
  reader.report('noticed', null, 'the second factor that the sign-in asks for is asked here as well');
  const at = stages.findIndex(({ stage }) => !stage.asking || stage.newPasswordFields.length > 0);
  const factor = signInFactor(flow, building, free);
  return [...stages.slice(0, Math.max(at, 0)), ...factor, ...stages.slice(Math.max(at, 0))];
}
