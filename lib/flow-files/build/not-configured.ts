import { authenticatorTypes, type AuthenticatorType } from '../../base/authenticator-types.js';
import { ifNoAuthenticator } from '../../policies/if-no-authenticator.js';
import type { Stage } from '../../flow/stage.js';
import { otherFactor, takesEveryType } from '../../stages/other-factor.js';
import { validateModel } from '../models/model-names.js';
import type { FlowRecord } from '../records/record.js';
import type { Building, FlowOf } from './building.js';
import type { PlacedStage } from './flow-place.js';
import { keyOfStage } from './stage-keys.js';

type Types = readonly AuthenticatorType[];

interface SetUp {
  readonly record: FlowRecord;
  readonly stage: Stage;
}

/** The policies of the other step have their own time. */
const longestTimeout = 300;

/**
 * The set-up that comes before a stage which asks for an authenticator, for users who have none: in authentik,
 * `not_configured_action: configure` is a property of that stage. The step is there where that of the stage is, whatever
 * else the flow binds. Where the stage does not take every type, users prove first what they have of the other ones.
 * Without a set-up, and with `deny`, the stage itself refuses these users.
 */
export function setUpBefore(
  { spec, binding, stage: record }: PlacedStage,
  flow: FlowOf,
  building: Building,
  free: (key: string) => string,
): readonly PlacedStage[] {
  const { not_configured_action: action, configuration_stages: named } = record.fields;
  const types = typesAsked(spec.stage);
  if (record.model !== validateModel || flow.isOwn || types === null) return [];
  if (action !== 'configure') {
    if (action !== 'deny' && Array.isArray(named) && named.length > 0)
      building.report(record, 'noticed', 'configuration_stages', leftOut('"not_configured_action" is not "configure"'));
    return [];
  }
  const setUp = setUpOf(record, types, flow, building);
  if (setUp === null) return [];
  const later = spec.key ?? spec.stage.name;
  const place = (stage: Stage, key: string, of: FlowRecord, othersProved: boolean): PlacedStage => {
    const policy = ifNoAuthenticator(types, { step: later, othersProved });
    return { spec: { stage, key, policies: [{ policy, timeoutSeconds: longestTimeout }] }, binding, stage: of };
  };
  const key = free(keyOfStage(setUp.record));
  if (takesEveryType(types)) return [place(setUp.stage, key, setUp.record, false)];
  const name = free('other-factor');
  const other = otherFactor(types, name);
  return [...(other === null ? [] : [place(other, name, record, false)]), place(setUp.stage, key, setUp.record, true)];
}

/** `null`: nothing can be set up. */
function setUpOf(record: FlowRecord, types: Types, flow: FlowOf, building: Building): SetUp | null {
  const records = building.referencedAll(building.reader(record), 'configuration_stages', 'stage');
  const able = records.flatMap((one): readonly SetUp[] => {
    const stage = building.stage(one, flow);
    return stage !== null && setsUp(stage, types) ? [{ record: one, stage }] : [];
  });
  const [first] = able;
  records.forEach((one, at) => {
    if (one === first?.record) return;
    const why =
      first === undefined || !able.some((other) => other.record === one)
        ? leftOut('the stage sets up nothing that is asked for here')
        : leftOut('users set up the first one, and others in their account');
    building.report(record, 'noticed', 'configuration_stages', why, at);
  });
  return first ?? null;
}

function leftOut(why: string): string {
  return `"configuration_stages" is left out: ${why}`;
}

/** `null`: the stage does not ask for an authenticator of a known user. */
export function typesAsked(stage: Stage): Types | null {
  if (!stage.asking || stage.secondFactor?.use !== 'asks') return null;
  const { types } = stage.secondFactor;
  return authenticatorTypes.filter((type) => types.includes(type));
}

function setsUp(stage: Stage, types: Types): boolean {
  return (
    stage.asking &&
    stage.secondFactor?.use === 'sets_up' &&
    stage.secondFactor.types.some((type) => types.some((one) => one === type))
  );
}
