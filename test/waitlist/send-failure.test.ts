import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { askAll, openAdminClient } from '../support/waitlist/admin.js';

const code = '7PHX-CB6F-JRTJ';
const url = `https://app.example/join/?invite=${code}`;
const secrets = /7PHX|person0|example/i;

/** The list, event and report of a letter whose sending threw `thrown`. */
async function failing(thrown: unknown) {
  const admin = openAdminClient();
  const { invitations } = admin.parts;
  const broken = openAdminClient({
    ...admin.parts,
    invitations: { ...invitations, create: async (order) => ({ ...(await invitations.create(order)), code, url }) },
    send: async () => {
      // The senders of apps may throw any value.
      throw thrown;
    },
  });
  await askAll(admin, 1);
  const { rows } = await broken.waitlist.approve({ first: 1 });
  const [entry] = await admin.waitlist.list();
  const [emitted] = admin.events.filter(({ name }) => name === 'waitlist.failed');
  assert.deepEqual([rows[0]?.outcome, entry?.state], ['failed', 'failed']);
  assert.equal(entry?.lastError, emitted?.facts['error']);
  return { events: JSON.stringify(admin.events), lastError: entry?.lastError, error: rows[0]?.error ?? '' };
}

describe('an email that could not be sent', () => {
  const forms = [code, '7PHXCB6FJRTJ', '7phx-cb6f-jrtj', '7phxcb6fjrtj', '7PHX CB6F JRTJ', '7PHX%2DCB6F%2DJRTJ', url];
  for (const form of forms) {
    it(`is reported without the address and without ${form}`, async () => {
      const sentence = `550 <person0@example.com> refused: "${form}"`;
      const { events, lastError, error } = await failing(
        Object.assign(new TypeError(sentence), { code: 'EENVELOPE', response: sentence }),
      );
      assert.equal(lastError, 'TypeError EENVELOPE');
      assert.doesNotMatch(events, secrets);
      assert.doesNotMatch(error, /7PHX/i);
      assert.match(error, /^550 <person0@example\.com> refused/);
    });
  }

  const odd: readonly (readonly [string, unknown, string])[] = [
    ['a number for its code', Object.assign(new Error('x'), { code: 550 }), 'Error 550'],
    ['a sentence for its code', Object.assign(new Error('x'), { code: 'no person0@example.com' }), 'Error'],
    ['the code for its code', Object.assign(new Error('x'), { code: '7phxcb6fjrtj' }), 'Error'],
    ['the code for its name', Object.assign(new Error('x'), { name: '7PHX-CB6F-JRTJ' }), 'Error'],
    ['a record for its code', Object.assign(new Error('x'), { code: { email: 'person0@example.com' } }), 'Error'],
    ['no error at all', `lost ${url} to person0@example.com`, 'Error'],
    ['nothing', undefined, 'Error'],
  ];
  for (const [what, thrown, wanted] of odd) {
    it(`is reported by names alone if what is thrown has ${what}`, async () => {
      const { events, lastError, error } = await failing(thrown);
      assert.equal(lastError, wanted);
      assert.doesNotMatch(events, secrets);
      assert.doesNotMatch(error, /7PHX/i);
    });
  }
});
