import { isJsonObject, type Json, type JsonObject } from '../../../base/json.js';
import { actionField, pageActions } from '../names.js';
import { textIn, type Component, type Properties } from './component.js';
import { described, flag, refTo, text } from './schemas.js';

/** Another button of the page: the answer that it sends. */
export interface Action {
  /** What it does, e.g. `decline`. */
  readonly name: string;
  readonly label: string;
  readonly destructive?: boolean;
  readonly response: JsonObject;
}

export const actionSchema: JsonObject = {
  type: 'object',
  description: 'A button beside that of the form. `response` is posted as it is; typed fields may be added to it.',
  properties: {
    name: described(text, 'What it does, e.g. `decline`.'),
    label: text,
    destructive: described(flag, 'True where it removes something for good.'),
    response: refTo('ChallengeResponse'),
  },
  required: ['name', 'label', 'response'],
};

/** The answer of a button that is not of the stage: sent in place of all fields. */
export const actionProperties: Properties = {
  [actionField]: {
    enum: [...pageActions],
    description: 'In place of all fields, where `page.actions` has it.',
  },
};

// By the field that the button sends.
const names: ReadonlyMap<string, string> = new Map([
  ['decision', 'decline'],
  ['authenticator_removed', 'remove'],
  ['authenticator_kept', 'keep'],
  ['account', 'enroll_instead'],
]);

/** The second button of a page, as the challenge of its stage names it. */
export function alternativeOf(
  { component, answer }: Pick<Component, 'component' | 'answer'>,
  { alternative }: JsonObject,
): readonly Action[] {
  if (!isRecord(alternative)) return [];
  const { name, value, label, destructive } = alternative;
  const field = textIn(name);
  const action = {
    name: names.get(field) ?? textIn(value),
    label: textIn(label),
    response: {
      component,
      ...Object.fromEntries((answer?.required ?? []).map((key) => [key, ''])),
      [field]: value ?? null,
    },
  };
  return [destructive === true ? { ...action, destructive: true } : action];
}

function isRecord(value: Json | undefined): value is JsonObject {
  return value !== undefined && isJsonObject(value);
}
