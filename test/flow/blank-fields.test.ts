import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Flow } from '../../lib/flow/flow.js';
import { inviteSignupFlow } from '../../lib/flows/invite-signup.js';
import { noAccessYetFlow } from '../../lib/flows/no-access-yet.js';
import { waitlistFlow } from '../../lib/flows/waitlist.js';
import { question } from '../support/prompts/question.js';

const flows: readonly Flow[] = [
  inviteSignupFlow({ slug: 'invite', fields: ['username', 'email', 'name', 'password'], repeat: true }),
  noAccessYetFlow({ fields: ['username', 'email', 'name'] }),
  waitlistFlow({ slug: 'waitlist', fields: ['email', 'name'] }),
];

const expected: Readonly<Record<string, string>> = {
  invite_code: 'prompt.invite_code.blank',
  username: 'prompt.username.blank',
  email: 'prompt.email.blank',
  name: 'prompt.name.blank',
  password: 'prompt.password.blank',
  password_repeat: 'prompt.password.repeat',
};

describe('the ready-made flows', () => {
  it('have a sentence of its own for each field that is left blank', async () => {
    const said = new Set<string>();
    for (const { stage } of flows.flatMap(({ bindings }) => bindings)) {
      if (!stage.asking) continue;
      const parsed = await stage.read({}, question());
      if (parsed.ok) continue;
      for (const [key, [error]] of Object.entries(parsed.errors)) {
        assert.equal(error?.id, expected[key], key);
        said.add(key);
      }
    }
    assert.deepEqual([...said].sort(), Object.keys(expected).sort());
  });
});
