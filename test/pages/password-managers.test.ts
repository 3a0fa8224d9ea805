import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { tagsIn, type Tag } from '../../lib/pages/checks/html-tags.js';
import { changePasswordFlow, recoveryFlow } from '../../lib/flows.js';
import { signInFlow } from '../../lib/index.js';
import { memoryMailer } from '../../lib/testing/memory-mailer.js';
import { password } from '../support/account.js';
import { member, signIn } from '../support/http/sign-in-app.js';
import { openTestApp, signup } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';
import { gallery } from '../support/pages/gallery.js';
import { samplePages } from '../support/pages/samples.js';

/** Autofill field names of the HTML standard (4.10.18.7.1) that the kit uses, and the input types that may have them. */
const tokens: Readonly<Record<string, readonly string[]>> = {
  off: ['text', 'number', 'select', 'email', 'date', 'datetime-local', 'url'],
  name: ['text'],
  username: ['text', 'email'],
  // With passkeys beside the names that the browser remembers.
  'username webauthn': ['text', 'email'],
  email: ['email', 'text'],
  tel: ['tel'],
  'new-password': ['password'],
  'current-password': ['password'],
  'one-time-code': ['text'],
};

const ticked = ['checkbox', 'radio', 'file', 'hidden'];
const typeOf = ({ name, attributes }: Tag): string =>
  name === 'input' ? (attributes.get('type') ?? 'text') : name === 'textarea' ? 'text' : name;

/** The inputs that a password manager may fill in. */
function inputsOf(html: string): readonly Tag[] {
  return tagsIn(html).filter(
    (tag) => !tag.isEnd && ['input', 'select', 'textarea'].includes(tag.name) && !ticked.includes(typeOf(tag)),
  );
}

describe('password managers', () => {
  const pages = samplePages();

  for (const [state, model] of gallery) {
    if (model.form === null) continue;
    it(`find the fields of the page: ${state}`, () => {
      const inputs = inputsOf(pages.render(model));
      const names = inputs.map(({ attributes }) => attributes.get('name') ?? '');
      assert.ok(names.every((name) => name !== ''));
      assert.equal(new Set(names).size, names.length, 'each name once');
      for (const tag of inputs) {
        const name = tag.attributes.get('name') ?? '';
        const token = tag.attributes.get('autocomplete') ?? 'none';
        assert.ok(tokens[token]?.includes(typeOf(tag)), `${name}: ${typeOf(tag)} has autocomplete="${token}"`);
        assert.ok(tag.attributes.has('id'), name);
        if (typeOf(tag) === 'password') assert.match(token, /^(new|current)-password$/);
        if (/^(username|uid_field)$/.test(name) && !tag.attributes.has('readonly'))
          assert.match(token, /^username( webauthn)?$/);
      }
      const order = inputs.map(({ attributes }) => attributes.get('autocomplete') ?? '');
      const [user, secret] = [
        order.findIndex((token) => token.startsWith('username')),
        order.findIndex((token) => token.endsWith('-password')),
      ];
      if (user !== -1 && secret !== -1) assert.ok(user < secret, 'the name comes before the password');
    });
  }

  it('find the fields of a real sign-up', async () => {
    const app = await openTestApp();
    try {
      const visitor = new Visitor(app);
      const found = (): readonly unknown[] =>
        inputsOf(visitor.page.text).map(({ attributes: one }) => [
          one.get('name'),
          one.get('type'),
          one.get('autocomplete'),
        ]);
      await visitor.open();
      assert.deepEqual(found(), [['invite_code', 'text', 'off']]);
      await visitor.enterCode((await app.enrollment.invitations.create()).code);
      assert.deepEqual(found(), [
        ['username', 'text', 'username'],
        ['email', 'email', 'email'],
        ['password', 'password', 'new-password'],
        ['password_repeat', 'password', 'new-password'],
      ]);
    } finally {
      await app.close();
    }
  });

  it('learn whose password changes, once it is known who is there', async () => {
    const mailer = memoryMailer();
    const app = await openTestApp({
      mailer,
      flows: [signInFlow({ slug: 'sign-in' }), changePasswordFlow(), recoveryFlow({ slug: 'recovery' }), signup],
    });
    try {
      const ann = await member(app, 'ann');
      const named = (visitor: Visitor): readonly unknown[] =>
        inputsOf(visitor.page.text).map(({ attributes: one }) => [
          one.get('autocomplete'),
          one.get('value'),
          one.has('readonly') && !one.has('disabled'),
        ]);
      const owner = [
        ['username', 'ann', true],
        ['new-password', '', false],
      ];
      const visitor = new Visitor(app);
      await signIn(visitor, 'ann');
      await visitor.open('/if/flow/change-password/');
      await visitor.follow(await visitor.submit({ password }));
      assert.deepEqual(named(visitor), owner);

      const stranger = new Visitor(app);
      await stranger.open('/if/flow/recovery/');
      // The same pages for a name without an account: nothing is told before the code.
      await stranger.follow(await stranger.submit({ uid_field: ann.email ?? '' }));
      assert.doesNotMatch(stranger.page.text, />ann<|"ann"/);
      const code = mailer.codeIn(await mailer.next(ann.email ?? '')) ?? '';
      app.canaries.add(code);
      await stranger.follow(await stranger.submit({ code }));
      assert.deepEqual(named(stranger), owner);
    } finally {
      await app.close();
    }
  });
});
