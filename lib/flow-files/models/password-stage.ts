import { passwordStage } from '../../stages/password.js';
import { counts, flag, listOf } from '../build/field-kinds.js';
import { asIs, configurable, nameOfStage, type StageModel } from './stage-model.js';

// What knows the password here is the user store.
const backends = listOf(
  'authentik.core.auth.InbuiltBackend',
  'authentik.core.auth.TokenBackend',
  'authentik.sources.ldap.auth.LDAPBackend',
  'authentik.sources.kerberos.auth.KerberosBackend',
);

/** `authentik_stages_password.passwordstage` */
export const passwordStageModel: StageModel = {
  kind: 'password',
  attributes: { failedAttemptsBeforeCancel: asIs('failed_attempts_before_cancel') },
  make(reader, building) {
    reader.unused({ backends });
    reader.unsupported('allow_show_password', flag, [true, false], 'every password field can be shown');
    return passwordStage({
      name: nameOfStage(reader),
      ...configurable(reader, building),
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
