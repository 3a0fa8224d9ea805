import type { PasskeyHint } from '../../ports/passkeys.js';
import { passkeyWishes } from '../../stages/passkey-field.js';
import { passkeySignIn } from '../../stages/passkey-sign-in.js';
import { recoveryCodesSetup } from '../../stages/recovery-codes-setup.js';
import { totpSetup } from '../../stages/totp-setup.js';
import { longestSeconds as longestMemory, validateAuthenticator } from '../../stages/validate-authenticator.js';
import { webauthnSetup } from '../../stages/webauthn-setup.js';
import type { Building, FlowOf } from '../build/building.js';
import { count, counts, duration, flag, numberIn, oneOf, references } from '../build/field-kinds.js';
import type { FieldReader } from '../build/field-reader.js';
import { policyBindingsOf } from '../build/policy-bindings.js';
import { never, sameFlag, sameNumber, sameSeconds } from '../build/same-values.js';
import type { FlowRecord } from '../records/record.js';
import { asDuration, asIs, asTexts, configurable, nameOfStage, type StageModel } from './stage-model.js';

const hints = ['security-key', 'client-device', 'hybrid'] as const;
const attachments = ['platform', 'cross-platform'] as const;

/** `authentik_stages_authenticator_totp.authenticatortotpstage` */
export const totpModel: StageModel = {
  kind: 'authenticator_totp',
  attributes: { digits: asIs('digits') },
  make: (reader, building) =>
    totpSetup({
      name: nameOfStage(reader),
      ...configurable(reader, building),
      ...(reader.has('digits') ? { digits: digitsOf(reader) } : {}),
    }),
};

/** authentik takes the text of one, too. */
function digitsOf(reader: FieldReader): 6 | 8 {
  return Number(reader.oneOf('digits', [6, 8, '6', '8'], 6)) === 8 ? 8 : 6;
}

/** `authentik_stages_authenticator_static.authenticatorstaticstage` */
export const staticModel: StageModel = {
  kind: 'authenticator_static',
  attributes: { count: asIs('token_count') },
  make(reader, building) {
    reader.unsupported('token_length', count, sameNumber(10), 'recovery codes have 10 letters and digits');
    return recoveryCodesSetup({
      name: nameOfStage(reader),
      ...configurable(reader, building),
      ...(reader.has('token_count') ? { count: reader.number('token_count', 6, { least: 1, most: 50 }) } : {}),
    });
  },
};

/** `authentik_stages_authenticator_webauthn.authenticatorwebauthnstage` */
export const webauthnModel: StageModel = {
  kind: 'authenticator_webauthn',
  attributes: {
    userVerification: asIs('user_verification'),
    residentKey: asIs('resident_key_requirement'),
    authenticatorAttachment: asIs('authenticator_attachment'),
    hints: asTexts('hints'),
  },
  make(reader, building) {
    reader.unsupported('max_attempts', count, never, 'attempts are limited as all others, by `rateLimits`');
    reader.unsupported('prevent_duplicate_devices', flag, sameFlag(true), 'a key is set up once for each account');
    reader.unsupported('device_type_restrictions', references, [[]], 'every model of a key is accepted');
    return webauthnSetup({
      name: nameOfStage(reader),
      ...configurable(reader, building),
      ...(reader.has('user_verification')
        ? { userVerification: reader.oneOf('user_verification', passkeyWishes, 'preferred') }
        : {}),
      ...(reader.has('resident_key_requirement')
        ? { residentKey: reader.oneOf('resident_key_requirement', passkeyWishes, 'preferred') }
        : {}),
      ...(reader.has('authenticator_attachment')
        ? { authenticatorAttachment: reader.oneOf('authenticator_attachment', attachments, 'platform') }
        : {}),
      ...(reader.has('hints') ? { hints: reader.members<PasskeyHint>('hints', hints) } : {}),
    });
  },
};

/** `authentik_stages_authenticator_validate.authenticatorvalidatestage` */
export const validate: StageModel = {
  kind: 'authenticator_validate',
  attributes: {
    required: (value) => (typeof value === 'boolean' ? { not_configured_action: value ? 'configure' : 'skip' } : null),
    deviceClasses: (value) => asTexts('device_classes')(classesOut(value)),
    lastUsedSeconds: asDuration('last_auth_threshold'),
    webauthnUserVerification: asIs('webauthn_user_verification'),
    webauthnHints: asTexts('webauthn_hints'),
  },
  make(reader, building, flow) {
    const action = reader.oneOf('not_configured_action', ['skip', 'deny', 'configure'], 'skip');
    // They come before this stage in the flow.
    building.referencedAll(reader, 'configuration_stages', 'stage');
    const factor = numberIn({ ...counts, fractions: true });
    for (const kind of ['totp', 'static'])
      reader.unsupported(`${kind}_otp_throttling_factor`, factor, never, 'wrong codes are limited by `rateLimits`');
    // Of authenticators that the kit does not have: `device_classes` tells of them.
    reader.unused({ email_otp_throttling_factor: factor, sms_otp_throttling_factor: factor });
    reader.unsupported('webauthn_allowed_device_types', references, [[]], 'every model of a key is accepted');
    const classes = reader
      .members(
        'device_classes',
        ['static', 'totp', 'webauthn'],
        ['duo', 'email', 'sms'],
        'static, totp and webauthn count',
      )
      .map((name) => (name === 'static' ? 'recovery_codes' : name));
    if (classes.join() === 'webauthn' && isPasswordless(reader.record, flow, building)) {
      reader.unsupported('last_auth_threshold', duration, sameSeconds(0), 'each sign-in by a passkey asks for it');
      reader.unsupported(
        'webauthn_user_verification',
        oneOf(...passkeyWishes),
        ['required'],
        'a passkey that finds its account verifies its user',
      );
      return passkeySignIn({ name: nameOfStage(reader), ...hintsOf(reader) });
    }
    return validateAuthenticator({
      name: nameOfStage(reader),
      ...(reader.has('not_configured_action') ? { required: action !== 'skip' } : {}),
      ...(classes.length === 0 ? {} : { deviceClasses: classes }),
      ...(reader.has('last_auth_threshold')
        ? { lastUsedSeconds: reader.seconds('last_auth_threshold', 0, { most: longestMemory }) }
        : {}),
      ...(reader.has('webauthn_user_verification')
        ? { webauthnUserVerification: reader.oneOf('webauthn_user_verification', passkeyWishes, 'preferred') }
        : {}),
      ...hintsOf(reader),
    });
  },
};

/**
 * True for the stage that checks authenticators at the beginning of a sign-in: with passkeys alone, authentik finds the
 * account by the passkey. After a source, the account is known.
 */
function isPasswordless(record: FlowRecord, flow: FlowOf, building: Building): boolean {
  if (flow.isOwn || flow.designation !== 'authentication' || flow.stages[0] !== record) return false;
  const bound = policyBindingsOf(flow.record, building).map(({ policy }) => policy);
  return !bound.some((policy) => policy !== null && building.policy(policy)?.requiresSource === true);
}

function hintsOf(reader: FieldReader): { readonly webauthnHints?: readonly PasskeyHint[] } {
  return reader.has('webauthn_hints') ? { webauthnHints: reader.members<PasskeyHint>('webauthn_hints', hints) } : {};
}

function classesOut(value: unknown): unknown {
  return Array.isArray(value) ? value.map((one: unknown) => (one === 'recovery_codes' ? 'static' : one)) : value;
}
