import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, describe, it } from 'mocha';
import * as kit from '../../lib/index.js';
import * as sql from '../../lib/sql.js';

const reference = readFileSync('docs/reference.md', 'utf8');
/** Names in code style, up to the parenthesis of a call. */
const named = new Set([...reference.matchAll(/`([A-Za-z]\w*)(?:\([^`]*\))?`/g)].map(([, name]) => name));

describe('docs/reference.md', () => {
  const enrollment = kit.createEnrollment({
    baseUrl: 'http://localhost:3000/join',
    logger: { info: () => undefined, warn: () => undefined, error: () => undefined },
  });
  after(() => enrollment.close());

  it('lists every value that the package exports', () => {
    assert.deepEqual(
      Object.keys({ ...kit, ...sql }).filter((name) => !named.has(name)),
      [],
    );
  });

  it('lists every member of the Enrollment object, and every method of its parts', () => {
    const members = [enrollment, enrollment.invitations, enrollment.waitlist].flatMap((part) => Object.keys(part));
    assert.deepEqual(
      members.filter((name) => !named.has(name)),
      [],
    );
  });
});
