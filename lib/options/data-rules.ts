import { EnrollmentError } from '../base/error.js';
import { mergeDeep, type JsonObject } from '../base/json.js';
import type { DataSchema, InvitationData } from './invitations.js';

const strictly = { abortEarly: false, convert: false } as const;

/** A schema as a check of one invitation's data: returns what is wrong with it, or `null`. */
export function dataRulesOf<Data>(schema: InvitationData<Data> | null): (data: JsonObject) => string | null {
  if (schema === null) return () => null;
  return (data) => {
    const { error } = schema.validate(data, strictly);
    return error === undefined ? null : `is not what invitationData wants: ${error.message}`;
  };
}

/**
 * Converts an invitation's data to the type of the app's schema.
 * @throws ERR_ENROLLMENT_INVITATION when it was stored under another schema and does not hold any more
 */
export function dataReaderOf<Data>(schema: InvitationData<Data> | null): (data: JsonObject) => Data {
  return (stored) => {
    // The app's own copy: what a handler does with it changes no record of a store in memory.
    const data = mergeDeep({}, stored);
    if (schema === null) {
      if (isAnyRecord<Data>(data)) return data;
      throw new TypeError('an invitation has no data');
    }
    const answer: ReturnType<DataSchema<Data>['validate']> = schema.validate(data, strictly);
    if (answer.error === undefined && answer.value !== undefined) return answer.value;
    throw new EnrollmentError(
      'ERR_ENROLLMENT_INVITATION',
      `the data of the invitation is not what invitationData wants (any more): ${answer.error?.message ?? 'it has no value'}`,
    );
  };
}

/** Without a schema only a plain record is guaranteed, and the overloads of `createEnrollment` guarantee no more. */
function isAnyRecord<Data>(data: unknown): data is Data {
  return typeof data === 'object' && data !== null;
}
