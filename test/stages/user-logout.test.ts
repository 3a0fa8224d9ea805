import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { english } from '../../lib/base/texts/english.js';
import { userLogin } from '../../lib/stages/user-login.js';
import { userLogout } from '../../lib/stages/user-logout.js';
import type { StageContext } from '../../lib/flow/facts.js';
import { question } from '../support/prompts/question.js';

const texts: Readonly<Record<string, string>> = english;

describe('user_logout', () => {
  const stage = userLogout({ name: 'out' });

  it('requests the end of the session, only when its button is pressed', async () => {
    assert.deepEqual(await stage.run(question()), { type: 'completed', effect: { signOut: true } });
    assert.deepEqual([stage.hasSideEffects, stage.creates, stage.requires], [true, false, ['sign-out']]);
  });

  const said = (at: StageContext): readonly (string | undefined)[] => {
    const { title, text, submit } = stage.words(at) ?? assert.fail('no words');
    return [title, text, submit].map(({ id }) => texts[id]);
  };

  it('says what the button does', () => {
    const at = question();
    assert.deepEqual(said({ ...at, facts: { ...at.facts, user: 'u1' } }), [
      'Sign out?',
      'You’ll be signed out in this browser.',
      'Sign out',
    ]);
  });

  it('asks nothing of a visitor who is signed out', () => {
    assert.deepEqual(said(question()), ['You’re signed out', 'You can close this page, or continue.', 'Continue']);
  });
});

describe('user_login for users who chose to stay signed in', () => {
  const secondsOf = async (settings: object, remember_me?: boolean): Promise<unknown> => {
    const context = { pending_user: 'u1', ...(remember_me === undefined ? {} : { remember_me }) };
    const outcome = await userLogin({ name: 'login', ...settings }).run(question(context));
    return outcome.type === 'completed' && outcome.effect !== undefined && 'signIn' in outcome.effect
      ? outcome.effect.rememberSeconds
      : 'nothing';
  };

  it('lasts as long as the settings say for them, and as before for others', async () => {
    assert.equal(await secondsOf({ rememberMeSeconds: 60 }, true), 60);
    assert.equal(await secondsOf({ rememberMeSeconds: 60 }, false), null);
    assert.equal(await secondsOf({ rememberMeSeconds: 60 }), null);
    assert.equal(await secondsOf({ rememberSeconds: 5, rememberMeSeconds: 60 }, false), 5);
    assert.equal(await secondsOf({ rememberSeconds: 5 }, true), 5);
  });
});
