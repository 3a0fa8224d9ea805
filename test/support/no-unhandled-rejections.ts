import assert from 'node:assert/strict';
import { after, before } from 'mocha';

/** Within a `describe`: its tests must leave no rejected promise unhandled. */
export function noUnhandledRejections(): void {
  const unhandled: unknown[] = [];
  const note = (error: unknown): void => void unhandled.push(error);
  before(() => {
    process.on('unhandledRejection', note);
  });
  after(() => {
    process.off('unhandledRejection', note);
    assert.deepEqual(unhandled, []);
  });
}
