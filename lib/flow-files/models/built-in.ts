import { didYouMean } from '../../base/did-you-mean.js';
import { isJsonList } from '../../base/json.js';
import type { Policy } from '../../flow/policy.js';
import type { Prompt } from '../../flow/prompt.js';
import type { Stage } from '../../flow/stage.js';
import type { Building } from '../build/building.js';
import { standIn, type FieldReader } from '../build/field-reader.js';
import { builtInPolicies, builtInPrompts, builtInStages, type Factory } from './factories.js';
import { readSettings } from './kit-values.js';

/** `express_enrollment.builtinstage`: a stage of the kit with settings that authentik does not have. */
export function builtInStage(reader: FieldReader, building: Building): Stage | null {
  const settings = settingsOf(reader, building);
  return madeBy(reader, builtInStages, [{ ...settings, name: reader.text('name') }]);
}

/** `express_enrollment.builtinprompt`: its settings, or what its factory is given. */
export function builtInPrompt(reader: FieldReader, building: Building): Prompt | null {
  const given = reader.has('given') ? givenOf(reader, building) : [settingsOf(reader, building)];
  return given === null ? null : madeBy(reader, builtInPrompts, given);
}

/** `express_enrollment.builtinpolicy`: what its factory is given, in order. */
export function builtInPolicy(reader: FieldReader, building: Building): Policy | null {
  const given = givenOf(reader, building);
  return given === null ? null : madeBy(reader, builtInPolicies, given);
}

/** The field `settings`, with the parts of the kit and the app that it names. */
export function settingsOf(reader: FieldReader, building: Building): Readonly<Record<string, unknown>> {
  const settings = readSettings(reader.mapping('settings'), reader, building);
  return typeof settings === 'object' && settings !== null ? { ...settings } : {};
}

function givenOf(reader: FieldReader, building: Building): readonly unknown[] | null {
  const given = reader.json('given') ?? [];
  if (isJsonList(given)) return given.map((one) => readSettings(one, reader, building));
  reader.report('refused', 'given', '"given" must be a list');
  return null;
}

function madeBy<Part>(
  reader: FieldReader,
  factories: ReadonlyMap<string, Factory<Part>>,
  given: readonly unknown[],
): Part | null {
  const kind = reader.text('kind');
  const make = factories.get(kind);
  if (make !== undefined) return make(given);
  if (kind === standIn) return null;
  reader.report(
    'refused',
    'kind',
    `there is no "${kind.slice(0, 60)}" in the kit${didYouMean(kind, [...factories.keys()])}`,
  );
  return null;
}
