import { isJsonList, type Json } from '../../base/json.js';
import { passwordStage } from '../../stages/password.js';
import { counts, flag, listOf } from '../build/field-kinds.js';
import { sameFlag } from '../build/same-values.js';
import { offersToStay } from './remember-me.js';
import { asIs, configurable, nameOfStage, type StageModel } from './stage-model.js';

const inbuilt = 'authentik.core.auth.InbuiltBackend';
const backends = listOf(
  inbuilt,
  'authentik.core.auth.TokenBackend',
  'authentik.sources.ldap.auth.LDAPBackend',
  'authentik.sources.kerberos.auth.KerberosBackend',
);

/** `authentik_stages_password.passwordstage` */
export const passwordStageModel: StageModel = {
  kind: 'password',
  attributes: { failedAttemptsBeforeCancel: asIs('failed_attempts_before_cancel') },
  make(reader, building, flow) {
    const isInbuilt = (given: Json): boolean =>
      isJsonList(given) && given.length > 0 && given.every((one) => one === inbuilt);
    reader.unsupported('backends', backends, isInbuilt, 'the app’s user store knows the password, and no other one');
    reader.unsupported('allow_show_password', flag, sameFlag(true), 'every password field can be shown');
    return passwordStage({
      name: nameOfStage(reader),
      ...configurable(reader, building),
      ...(offersToStay(flow) ? { rememberMe: true } : {}),
      ...(reader.has('failed_attempts_before_cancel')
        ? {
            failedAttemptsBeforeCancel: reader.number('failed_attempts_before_cancel', 5, {
              least: 1,
              most: counts.most,
            }),
          }
        : {}),
    });
  },
};
