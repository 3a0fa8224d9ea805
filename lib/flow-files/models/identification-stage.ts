import type { LoginField } from '../../ports/user-store.js';
import { identification } from '../../stages/identification.js';
import { flag, reference, references } from '../build/field-kinds.js';
import { never, sameFlag } from '../build/same-values.js';
import { offersToStay } from './remember-me.js';
import { asTexts, nameOfStage, slugOf, type StageModel } from './stage-model.js';

const ifNone = 'accounts are found by username and email';

/** `authentik_stages_identification.identificationstage` */
export const identificationModel: StageModel = {
  kind: 'identification',
  attributes: { userFields: asTexts('user_fields') },
  make(reader, building, flow) {
    // Exports of the kit leave out what a stage of code leaves out.
    if (!flow.isOwn && !reader.has('user_fields'))
      reader.report('noticed', null, `the stage has no "user_fields": ${ifNone}, where authentik finds none`);
    const [first, ...rest] = reader.members<LoginField>('user_fields', ['username', 'email'], ['upn'], ifNone);
    const enrollment = slugOf(reader, building, 'enrollment_flow');
    const recovery = slugOf(reader, building, 'recovery_flow');
    const passwordless = slugOf(reader, building, 'passwordless_flow');
    reader.unsupported('case_insensitive_matching', flag, sameFlag(true), 'names are the same in capitals');
    reader.unsupported('show_source_labels', flag, sameFlag(true), 'the buttons of sources have their names');
    reader.unsupported('sources', references, never, 'the sources of the app are offered, all of them');
    reader.unsupported('pretend_user_exists', flag, sameFlag(true), 'a page never says whether an account exists');
    reader.unsupported('show_matched_user', flag, sameFlag(false), 'pages show the name as it was typed');
    reader.unsupported('captcha_stage', reference, [''], 'name a captcha of the app in a stage of its own');
    reader.unsupported('enable_remember_me', flag, sameFlag(false), 'the browser fills in the name');
    const hasPassword = building.referenced(reader, 'password_stage', 'stage') !== null;
    return identification({
      name: nameOfStage(reader),
      ...(first === undefined ? {} : { userFields: [first, ...rest] }),
      ...(hasPassword ? { password: true } : {}),
      ...(hasPassword && offersToStay(flow) ? { rememberMe: true } : {}),
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
