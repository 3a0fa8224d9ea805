import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { webhookSecret } from '../support/webhook-receiver.js';
import { given, goodSecret, issuesOf } from '../support/options/given.js';

const good = { url: 'https://crm.example/hook?x=1', secret: webhookSecret };
const form = /^"webhooks\[0\]\.secret(\[0\])?" must be whsec_ and 24 to 64 bytes in base64/;

describe('the option webhooks', () => {
  it('may have every setting', () => {
    const other = { url: 'http://127.0.0.1:3000/x', secret: [webhookSecret, webhookSecret], timeoutMs: 30_000 };
    const all = { ...other, events: ['invitation.refused', 'logout'] };
    assert.deepEqual(issuesOf({ ...given(), webhooks: [good, all] }), []);
    const production = { ...given(), production: true, redis: 'redis://redis.example', secret: goodSecret };
    assert.deepEqual(issuesOf({ ...production, webhooks: [good, all] }), []);
  });

  for (const [what, webhook, issue] of [
    ['a secret of another form', { ...good, secret: 'canary-of-thirty-two-characters-' }, form],
    ['a short secret', { ...good, secret: `whsec_${Buffer.alloc(23, 'canary').toString('base64')}` }, form],
    ['a long secret', { ...good, secret: `whsec_${Buffer.alloc(65, 'canary').toString('base64')}` }, form],
    ['a secret cut short', { ...good, secret: webhookSecret.slice(0, -2) }, form],
    ['an empty secret', { ...good, secret: '' }, form],
    ['a wrong one in a list', { ...good, secret: ['canary'] }, form],
    ['no secret', { url: good.url }, /^"webhooks\[0\]\.secret" is required$/],
    ['no secret in a list', { ...good, secret: [] }, /^"webhooks\[0\]\.secret" must contain at least 1 items$/],
    ['a relative address', { ...good, url: '/hook' }, /^"webhooks\[0\]\.url" must be an absolute http or https URL/],
    ['another protocol', { ...good, url: 'file:///canary' }, /^"webhooks\[0\]\.url" must be an absolute/],
    ['a user in the address', { ...good, url: 'https://ann:canary@x.example/' }, /^"webhooks\[0\]\.url" must be/],
    [
      'an unknown event',
      { ...good, events: ['invitation.used'] },
      /^"webhooks\[0\]\.events\[0\]" is none of the events/,
    ],
    ['its own failures', { ...good, events: ['delivery.failed'] }, /^"webhooks\[0\]\.events\[0\]" is none of the/],
    ['an endless timeout', { ...good, timeoutMs: 60_000 }, /^"webhooks\[0\]\.timeoutMs" must be less than/],
  ] as const) {
    it(`is refused with ${what}, and the message contains neither secret nor address`, () => {
      const [found = '', ...more] = issuesOf({ ...given(), webhooks: [webhook] });
      assert.match(found, issue);
      assert.deepEqual(more, []);
      assert.doesNotMatch(found, /canary/);
    });
  }

  it('is refused with a duplicate address, and in production without https', () => {
    assert.deepEqual(issuesOf({ ...given(), webhooks: [good, { ...good }] }), [
      '"webhooks[1]" has the address of another one; name all its events there',
    ]);
    const production = { ...given(), production: true, redis: 'redis://redis.example', secret: goodSecret };
    assert.deepEqual(issuesOf({ ...production, webhooks: [good, { ...good, url: 'http://crm.example/' }] }), [
      '"webhooks[1].url" must be https in production',
    ]);
  });

  it('onEnrolled requires users to look up accounts', () => {
    const { users: _users, login: _login, flows: _flows, ...guardsAlone } = given();
    assert.deepEqual(issuesOf({ ...guardsAlone, onEnrolled: () => undefined }), [
      '"users" is required by "onEnrolled": accounts are looked up by it',
    ]);
  });
});
