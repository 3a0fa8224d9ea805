import assert from 'node:assert/strict';
import { isEnrollmentError } from '../../../lib/base/error.js';

/** A factory's messages about its settings, each mistake without the name of the factory. */
export function settingIssues(make: () => unknown): readonly string[] {
  try {
    make();
    return [];
  } catch (error) {
    if (!isEnrollmentError(error)) throw error;
    assert.equal(error.code, 'ERR_ENROLLMENT_CONFIG');
    return error.issues.map((issue) => issue.replace(/^[^"]*: (?=")/, ''));
  }
}
