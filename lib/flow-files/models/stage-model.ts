import type { JsonObject } from '../../base/json.js';
import type { Stage } from '../../flow/stage.js';
import type { Building, FlowOf } from '../build/building.js';
import { durationText } from '../build/duration.js';
import { words } from '../build/field-kinds.js';
import { standIn, type FieldReader } from '../build/field-reader.js';
import { isEmpty } from '../build/same-values.js';

/** How the records of a stage model become stages, and stages of its kind records. */
export interface StageModel {
  /** `null`: a mistake was reported. @throws ERR_ENROLLMENT_CONFIG for settings that the stage refuses */
  make(reader: FieldReader, building: Building, flow: FlowOf): Stage | null;
  /** The kind of stages that can be written as this model; left out: none. */
  readonly kind?: string;
  /** Attributes for each of the stage's settings that authentik has; the name comes by itself. */
  readonly attributes?: Readonly<Record<string, WriteSetting>>;
}

/** One setting as attributes; `null`: authentik cannot say it, and the stage is written in the kit's own model. */
type WriteSetting = (value: unknown) => JsonObject | null;

/** The slug of the flow that a field refers to; `undefined`: none. */
export function slugOf(reader: FieldReader, building: Building, name: string): string | undefined {
  const record = building.referenced(reader, name, 'flow');
  if (record === null) return reader.has(name) && reader.json(name) !== '' ? standIn : undefined;
  const { slug } = record.fields;
  return typeof slug === 'string' ? slug : standIn;
}

/** What stages that can be set up by signed-in users have. */
export function configurable(reader: FieldReader, building: Building): { readonly configureFlow?: string } {
  reader.unsupported('friendly_name', words, isEmpty, 'pages have the stage’s title, and users name their devices');
  const slug = slugOf(reader, building, 'configure_flow');
  return slug === undefined ? {} : { configureFlow: slug };
}

export function nameOfStage(reader: FieldReader): string {
  return reader.text('name');
}

export function asIs(name: string): WriteSetting {
  return (value) =>
    typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? { [name]: value } : null;
}

export function asBoolean(name: string): WriteSetting {
  return (value) => (typeof value === 'boolean' ? { [name]: value } : null);
}

export function asDuration(name: string): WriteSetting {
  return (value) => (typeof value === 'number' ? { [name]: durationText(value) } : null);
}

export function asTexts(name: string): WriteSetting {
  return (value) =>
    Array.isArray(value) && value.every((one) => typeof one === 'string') ? { [name]: [...value] } : null;
}
