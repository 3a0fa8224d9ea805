import { consentStage } from '../../stages/consent.js';
import { deny } from '../../stages/deny.js';
import { dummyStage } from '../../stages/dummy.js';
import { invitationStage } from '../../stages/invitation.js';
import { isStaticTarget, redirectStage } from '../../stages/redirect.js';
import { sourceStage } from '../../stages/source.js';
import { duration, listOf } from '../build/field-kinds.js';
import { standIn, type FieldReader } from '../build/field-reader.js';
import type { Building } from '../build/building.js';
import { isEmpty, sameSeconds } from '../build/same-values.js';
import { asPlainWords, messageOf, plainWords } from './plain-words.js';
import { asBoolean, asDuration, asIs, nameOfStage, slugOf, type StageModel } from './stage-model.js';

/** `authentik_stages_invitation.invitationstage` */
export const invitationStageModel: StageModel = {
  kind: 'invitation',
  attributes: { continueWithoutInvitation: asIs('continue_flow_without_invitation') },
  make: (reader) =>
    invitationStage({
      name: nameOfStage(reader),
      ...(reader.has('continue_flow_without_invitation')
        ? { continueWithoutInvitation: reader.flag('continue_flow_without_invitation', false) }
        : {}),
    }),
};

/** `authentik_stages_deny.denystage` */
export const denyModel: StageModel = {
  kind: 'deny',
  attributes: { message: asPlainWords('deny_message') },
  make(reader) {
    const message = messageOf(reader, 'deny_message');
    return deny({ name: nameOfStage(reader), ...(message === '' ? {} : { message: plainWords(message) }) });
  },
};

/** `authentik_stages_redirect.redirectstage` */
export const redirectModel: StageModel = {
  kind: 'redirect',
  attributes: { targetStatic: asIs('target_static'), keepContext: asBoolean('keep_context') },
  make(reader, building) {
    const mode = reader.oneOf<'static' | 'flow' | 'unknown'>(
      'mode',
      ['static', 'flow'],
      reader.has('mode') ? 'unknown' : 'static',
    );
    const address = mode === 'static' ? addressOf(reader) : reader.text('target_static', '');
    const flow = mode === 'flow' ? targetFlowOf(reader, building) : slugOf(reader, building, 'target_flow');
    const keepsContext = reader.has('keep_context') ? { keepContext: reader.flag('keep_context', true) } : {};
    if (mode === 'unknown') return null;
    return redirectStage({
      name: nameOfStage(reader),
      ...(mode === 'static' ? { targetStatic: address } : {}),
      ...(mode === 'flow' && flow !== undefined ? { targetFlow: flow } : {}),
      ...keepsContext,
    });
  },
};

function addressOf(reader: FieldReader): string {
  const address = reader.text('target_static', '');
  if (reader.isBroken('target_static')) return '/';
  if (isStaticTarget(address)) return address;
  if (address === '') reader.report('refused', placeOf(reader, 'target_static'), 'the stage has no "target_static"');
  else reader.report('refused', 'target_static', '"target_static" must be a path of the app, or an https address');
  return '/';
}

function targetFlowOf(reader: FieldReader, building: Building): string {
  const slug = slugOf(reader, building, 'target_flow');
  if (slug !== undefined) return slug;
  reader.report('refused', placeOf(reader, 'target_flow'), 'the stage has no "target_flow"');
  return standIn;
}

/** Of what is missing: its own place where the file has it, empty, or that of what asks for it. */
function placeOf(reader: FieldReader, name: string): string | null {
  if (Object.hasOwn(reader.record.fields, name)) return name;
  return reader.has('mode') ? 'mode' : null;
}

/** `authentik_stages_consent.consentstage` */
export const consentModel: StageModel = {
  kind: 'consent',
  attributes: { mode: asIs('mode'), expireSeconds: asDuration('consent_expire_in') },
  make: (reader) =>
    consentStage({
      name: nameOfStage(reader),
      ...(reader.has('mode')
        ? { mode: reader.oneOf('mode', ['always_require', 'permanent', 'expiring'], 'expiring') }
        : {}),
      ...(reader.has('consent_expire_in')
        ? { expireSeconds: reader.seconds('consent_expire_in', 2_419_200, { least: 1 }) }
        : {}),
    }),
};

/** `authentik_stages_dummy.dummystage` */
export const dummyStageModel: StageModel = {
  kind: 'dummy',
  attributes: { throwError: asIs('throw_error') },
  make: (reader) =>
    dummyStage({
      name: nameOfStage(reader),
      ...(reader.has('throw_error') ? { throwError: reader.flag('throw_error', false) } : {}),
    }),
};

/** `authentik_stages_source.sourcestage` */
export const sourceStageModel: StageModel = {
  make(reader, building) {
    reader.unsupported('resume_timeout', duration, sameSeconds(3_600), 'a plan waits for an hour');
    reader.unsupported(
      'resume_on_match_failures',
      listOf('missing_property'),
      isEmpty,
      'an identity that lacks something does not go on',
    );
    const source = reader.text('source');
    if (building.records.has(source))
      reader.report('refused', 'source', '"source" is the slug of a source of the app: a text, or !Find by its slug');
    return sourceStage({ name: nameOfStage(reader), source });
  },
};
