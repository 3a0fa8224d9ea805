import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { literal } from '../../lib/flow/policy.js';
import { htmlFaults } from '../support/pages/html-faults.js';
import { field, form, json, page, samplePages } from '../support/pages/samples.js';

const box = field('remember_me', 'checkbox', { label: json('Stay signed in'), required: false });
const fields = [
  field('uid_field', 'username', { label: json('Username'), autocomplete: 'username' }),
  field('password', 'password', { label: json('Password'), autocomplete: 'current-password' }),
  box,
];

describe('the pages for signing in', () => {
  const pages = samplePages();

  for (const [what, model] of Object.entries({
    'as they come': page('pages/identification', { challenge: { fields }, form: form() }),
    'with an error': page('pages/identification', {
      challenge: { fields },
      form: form({ errors: { password: [literal('No.')] }, typed: { uid_field: 'ann', remember_me: 'yes' } }),
    }),
    'with an error of everything': page('pages/password', {
      challenge: { fields: [{ ...box, sub_text: json('Not on a shared computer.') }] },
      form: form({ errors: { '': [literal('Too often.')], remember_me: [literal('Really?')] } }),
    }),
    'of the password alone': page('pages/password', {
      challenge: {
        fields: [
          field('uid_field', 'username_read_only', { initial_value: 'ann', required: false }),
          ...fields.slice(1),
        ],
      },
      form: form(),
    }),
  })) {
    it(`are valid: ${what}`, async () => {
      assert.deepEqual(await htmlFaults(pages.render(model)), []);
    });
  }

  it('have a checkbox that keeps its state, with its label, help and errors', () => {
    const draw = (typed: Readonly<Record<string, string>>): string =>
      pages.render(
        page('pages/password', {
          challenge: { fields: [{ ...box, sub_text: json('Not on a shared computer.') }] },
          form: form({ typed, errors: { remember_me: [literal('Really?')] } }),
        }),
      );
    assert.match(draw({ remember_me: 'yes' }), /type="checkbox" value="yes"\s+checked/);
    assert.doesNotMatch(draw({}), /checked/);
    assert.match(
      draw({}),
      /id="field-remember_me-error"[\s\S]*aria-describedby="field-remember_me-help field-remember_me-error"[\s\S]*<label[^>]*for="field-remember_me">Stay signed in<\/label>[\s\S]*id="field-remember_me-help">Not on a shared/,
    );
  });
});
