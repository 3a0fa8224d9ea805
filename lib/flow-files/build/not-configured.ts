import { message } from '../../base/message.js';
import type { StageBindingSpec } from '../../flow/flow.js';
import type { Stage } from '../../flow/stage.js';
import { ifNoAuthenticator } from '../../policies/if-no-authenticator.js';
import { deny } from '../../stages/deny.js';
import { validateModel } from '../models/model-names.js';
import type { FlowRecord } from '../records/record.js';
import type { BoundStage } from './build-flow.js';
import type { Building, FlowOf } from './building.js';

const known = ['totp', 'recovery_codes', 'webauthn'] as const;

type Types = readonly (typeof known)[number][];

/**
 * What comes before a stage that asks for an authenticator, for users who have none: `not_configured_action` is a
 * property of that stage in authentik.
 */
export function forNotConfigured(
  { binding, stage: record }: BoundStage,
  validation: StageBindingSpec,
  flow: FlowOf,
  building: Building,
): readonly StageBindingSpec[] {
  const { not_configured_action: action, configuration_stages: named } = record.fields;
  const types = typesAsked(validation.stage);
  if (record.model !== validateModel || flow.isOwn || types === null) return [];
  if (action !== 'deny' && action !== 'configure') {
    if (Array.isArray(named) && named.length > 0)
      building.report(record, 'noticed', 'configuration_stages', leftOut('"not_configured_action" is not "configure"'));
    return [];
  }
  const before = action === 'configure' ? setUpOf(record, types, flow, building) : null;
  if (before === 'bound') return [];
  const { policies = [], mode } = validation;
  if (policies.length > 1 && mode === 'any') {
    const why = '"not_configured_action" needs policy_engine_mode: all at a binding with several policies';
    building.report(binding, 'refused', 'policy_engine_mode', why);
    return [];
  }
  const key = validation.key ?? validation.stage.name;
  const stage = before ?? deny({ name: `${key.slice(0, 40)}-missing`, message: message('authenticator.missing') });
  return [{ stage, policies: [...policies, ifNoAuthenticator(types)], mode: 'all' }];
}

/** `null`: nothing can be set up, as where authentik denies. `bound`: the flow has the stage at a place of its own. */
function setUpOf(record: FlowRecord, types: Types, flow: FlowOf, building: Building): Stage | 'bound' | null {
  const records = building.referencedAll(building.reader(record), 'configuration_stages', 'stage');
  if (records.some((one) => flow.stages.includes(one))) return 'bound';
  const able = records.flatMap((one) => {
    const stage = building.stage(one, flow);
    return stage !== null && setsUp(stage, types) ? [{ one, stage }] : [];
  });
  const [first] = able;
  records.forEach((one, at) => {
    if (one === first?.one) return;
    const why =
      first === undefined || !able.some((other) => other.one === one)
        ? leftOut('the stage sets up nothing that is asked for here')
        : leftOut('users set up the first one, and others in their account');
    building.report(record, 'noticed', 'configuration_stages', why, at);
  });
  return first?.stage ?? null;
}

function leftOut(why: string): string {
  return `"configuration_stages" is left out: ${why}`;
}

/** `null`: the stage does not ask for an authenticator of a known user. */
function typesAsked(stage: Stage): Types | null {
  if (!stage.asking || stage.secondFactor?.use !== 'asks') return null;
  const { types } = stage.secondFactor;
  return known.filter((type) => types.includes(type));
}

function setsUp(stage: Stage, types: Types): boolean {
  return (
    stage.asking &&
    stage.secondFactor?.use === 'sets_up' &&
    stage.secondFactor.types.some((type) => types.some((one) => one === type))
  );
}
