import type { LoginField } from '../../ports/user-store.js';
import { identification } from '../../stages/identification.js';
import { flag, reference, references } from '../build/field-kinds.js';
import { asTexts, nameOfStage, slugOf, type StageModel } from './stage-model.js';

/** `authentik_stages_identification.identificationstage` */
export const identificationModel: StageModel = {
  kind: 'identification',
  attributes: { userFields: asTexts('user_fields') },
  make(reader, building) {
    const [first, ...rest] = reader.members<LoginField>(
      'user_fields',
      ['username', 'email'],
      ['upn'],
      'accounts are found by username and email',
    );
    const enrollment = slugOf(reader, building, 'enrollment_flow');
    const recovery = slugOf(reader, building, 'recovery_flow');
    const passwordless = slugOf(reader, building, 'passwordless_flow');
    reader.unused({ case_insensitive_matching: flag, show_source_labels: flag, sources: references });
    reader.unsupported('pretend_user_exists', flag, [true], 'a page never says whether an account exists');
    reader.unsupported('show_matched_user', flag, [true, false], 'a page never shows the account of a name');
    reader.unsupported('captcha_stage', reference, [''], 'name a captcha of the app in a stage of its own');
    const remembers = reader.flag('enable_remember_me', false);
    const hasPassword = building.referenced(reader, 'password_stage', 'stage') !== null;
    return identification({
      name: nameOfStage(reader),
      ...(first === undefined ? {} : { userFields: [first, ...rest] }),
      ...(hasPassword ? { password: true } : {}),
      ...(hasPassword && remembers ? { rememberMe: true } : {}),
      ...(building.referenced(reader, 'webauthn_stage', 'stage') === null ? {} : { webauthnStage: true }),
      ...(passwordless === undefined ? {} : { passwordlessFlow: passwordless }),
      ...(enrollment === undefined && recovery === undefined
        ? {}
        : {
            links: {
              ...(enrollment === undefined ? {} : { enrollment }),
              ...(recovery === undefined ? {} : { recovery }),
            },
          }),
    });
  },
};
