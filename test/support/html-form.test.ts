import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { form, forms } from './html-form.js';

const page = `
  <!-- <form action="/never"></form> -->
  <form action="/search"><input name=q></form>
  <form method="POST" action="/join?next=%2F&amp;a=1" data-note="1 > 0">
    <input value='a&quot;b&#39;c&#x2F;' name="step" type="hidden">
    <input type=hidden name=revision value=3 />
    <input name="invite_code" required>
    <textarea name="note"></textarea>
    <button type="submit" name="cancel" value="1">Cancel</button>
  </form>`;

describe('the form reader', () => {
  it('reads action, method, hidden inputs and controls', () => {
    const { action, method, hidden, controls } = form(page, 'invite_code');
    assert.equal(action, '/join?next=%2F&a=1');
    assert.equal(method, 'post');
    assert.deepEqual(hidden, { step: `a"b'c/`, revision: '3' });
    assert.deepEqual(
      controls.map(({ name, type }) => `${name} ${type}`),
      ['step hidden', 'revision hidden', 'invite_code text', 'note textarea', 'cancel submit'],
    );
  });

  it('finds every form, and refuses to choose between two', () => {
    assert.deepEqual(
      forms(page).map(({ method }) => method),
      ['get', 'post'],
    );
    assert.throws(() => form(page), /2 such forms of 2/);
    assert.throws(() => form(page, 'password'), /0 such forms of 2/);
  });
});
