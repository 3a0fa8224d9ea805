import type { StageBindingSpec } from '../../flow/flow.js';
import type { PasskeyWish } from '../../ports/passkeys.js';
import { passkeyWishes } from '../../stages/passkey-field.js';
import { validateAuthenticator } from '../../stages/validate-authenticator.js';
import { flowModel, stageBindingModel, validateModel } from '../models/model-names.js';
import type { FlowRecord } from '../records/record.js';
import type { Building, FlowOf } from './building.js';
import { setUpBefore, typesAsked } from './not-configured.js';
import { decides, policyBindingsOf } from './policy-bindings.js';
import { numberOf } from './scalar-values.js';

interface Bound {
  readonly binding: FlowRecord;
  readonly stage: FlowRecord;
}

/**
 * What the sign-in of the files that asks for a second factor asks for, for another flow: the same stages, each with what
 * it has of users without an authenticator. One that policies may leave out refuses none of them. Where several sign-ins
 * ask, it is not known which one a person uses: then whatever authenticator they have is asked for.
 */
export function signInFactor(
  flow: FlowOf,
  building: Building,
  free: (key: string) => string,
): readonly StageBindingSpec[] {
  const all = askedAtSignIns(building);
  const [asked = [], ...others] = all;
  if (asked.length === 0 || others.length > 0) {
    const name = free('second-factor');
    const factor = validateAuthenticator({ name, ...verification(all.flat().map(({ stage }) => stage)) });
    return [{ stage: factor, key: name }];
  }
  return asked.flatMap(({ binding, stage: record }): readonly StageBindingSpec[] => {
    const stage = building.stage(record, flow);
    const types = stage === null ? null : typesAsked(stage);
    if (stage === null || types === null) return [];
    const key = free('second-factor');
    if (policyBindingsOf(binding, building).some((one) => decides(one, building))) {
      const wish = wishOf(record);
      return [
        {
          stage: validateAuthenticator({
            name: key,
            deviceClasses: types,
            ...(wish === undefined ? {} : { webauthnUserVerification: wish }),
          }),
          key,
        },
      ];
    }
    const spec = { stage, key };
    return [...setUpBefore({ spec, binding, stage: record }, flow, building, free).map((one) => one.spec), spec];
  });
}

/** What it asks of a passkey. */
function wishOf({ fields: { webauthn_user_verification: given } }: FlowRecord): PasskeyWish | undefined {
  return passkeyWishes.find((wish) => wish === given);
}

/** A passkey verifies its user where no sign-in takes one that does not. */
function verification(asked: readonly FlowRecord[]): { readonly webauthnUserVerification?: 'required' } {
  const taking = asked.filter(takesPasskeys);
  const all = taking.every(({ fields }) => fields['webauthn_user_verification'] === 'required');
  return taking.length > 0 && all ? { webauthnUserVerification: 'required' } : {};
}

/** Without a class that is known here, all count. */
function takesPasskeys({ fields: { device_classes: classes } }: FlowRecord): boolean {
  const has = (name: string): boolean => Array.isArray(classes) && classes.includes(name);
  return has('webauthn') || !(has('totp') || has('static'));
}

/** Of each sign-in that asks. */
function askedAtSignIns(building: Building): readonly (readonly Bound[])[] {
  return [...building.records.values()]
    .filter(({ model, fields }) => model === flowModel && fields['designation'] === 'authentication')
    .map((record) =>
      boundStages(record, building)
        // The first stage of a sign-in finds the account by a passkey.
        .slice(1)
        .filter(({ stage }) => stage.model === validateModel),
    )
    .filter((asked) => asked.length > 0);
}

function boundStages({ key }: FlowRecord, building: Building): readonly Bound[] {
  return building
    .boundTo(stageBindingModel, key)
    .flatMap((binding): readonly Bound[] => {
      const stage = building.referenced(building.reader(binding), 'stage', 'stage');
      return stage === null ? [] : [{ binding, stage }];
    })
    .sort((one, other) => orderOf(one) - orderOf(other));
}

function orderOf({ binding: { fields } }: Bound): number {
  return numberOf(fields['order'] ?? 0) ?? 0;
}
