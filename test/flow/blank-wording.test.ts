import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { inviteSignupFlow } from '../../lib/flows/invite-signup.js';
import { waitlistFlow } from '../../lib/flows/waitlist.js';
import { hidden } from '../../lib/prompts/hidden.js';
import { text } from '../../lib/prompts/text.js';
import { deny } from '../../lib/stages/deny.js';

const invite = { slug: 'invite', fields: ['username', 'password'] } as const;

describe('wording that is blank', () => {
  it('is refused in flows, stages and prompts, by the name of its setting', () => {
    for (const [make, name] of [
      [() => inviteSignupFlow({ ...invite, title: '' }), 'title'],
      [() => inviteSignupFlow({ ...invite, intro: ' ' }), 'intro'],
      [() => inviteSignupFlow({ ...invite, wording: { account: { submit: '' } } }), 'wording.account.submit'],
      [() => waitlistFlow({ slug: 'waitlist', thanks: '' }), 'thanks'],
      [() => deny({ name: 'no', message: '' }), 'message'],
      [() => text({ key: 'team', label: 'Team', blank: '' }), 'blank'],
      [() => text({ key: 'team', label: '' }), 'label'],
    ] as const)
      assert.throws(make, (error: Error) => error.message.includes(`"${name}" must not be empty`), name);
  });

  it('is fine where no page shows it', () => {
    assert.equal(hidden({ key: 'plan', label: '' }).key, 'plan');
  });
});
