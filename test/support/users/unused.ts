import assert from 'node:assert/strict';

/** For parts that the code under test must not call. */
export const unused = (): never => assert.fail('not called');
