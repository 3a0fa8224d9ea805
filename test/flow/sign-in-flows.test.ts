import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { checkFlows } from '../../lib/flow/check-flow.js';
import { issueSentence } from '../../lib/flow/flow-issue.js';
import { checkRequisites } from '../../lib/flow/flows.js';
import { defineFlow, type FlowSpec } from '../../lib/flow/flow.js';
import { inviteSignupFlow } from '../../lib/flows/invite-signup.js';
import { signInFlow } from '../../lib/flows/sign-in.js';
import { signOutFlow } from '../../lib/flows/sign-out.js';
import { identification } from '../../lib/stages/identification.js';
import { passwordStage } from '../../lib/stages/password.js';
import { sourceStage } from '../../lib/stages/source.js';
import { userLogin } from '../../lib/stages/user-login.js';
import { userWrite } from '../../lib/stages/user-write.js';

const rules = { registration: 'invite-only' } as const;
const signup = inviteSignupFlow({ slug: 'invite', fields: ['username', 'password'] });
const login = userLogin({ name: 'login' });
const mistakesOf = (...stages: FlowSpec['stages']) =>
  checkFlows([defineFlow({ slug: 'in', title: 'In', designation: 'authentication', stages })], rules);

describe('the flows for signing in and out', () => {
  it('are valid by default, without an invitation: they create no account', () => {
    const flows = [
      signup,
      signInFlow({ slug: 'in', links: { enrollment: 'invite' }, staySignedInSeconds: 60 }),
      signInFlow({ slug: 'in-two', passwordPage: true, userFields: ['email'], staySignedInSeconds: 60 }),
      signOutFlow({ slug: 'out' }),
    ];
    assert.deepEqual(checkFlows(flows, rules), []);
    assert.deepEqual(
      flows.slice(1).map(({ designation, authentication, target }) => [designation, authentication, target]),
      [
        ['authentication', 'require_unauthenticated', '/'],
        ['authentication', 'require_unauthenticated', '/'],
        ['invalidation', 'none', '/'],
      ],
    );
  });

  it('sign no one in without a password: a flow that lacks it does not start', () => {
    assert.deepEqual(mistakesOf(identification({ name: 'who' }), login), [
      "flows.in.login: no earlier stage writes 'pending_user', which user_login needs; put one before it that proves who the visitor is, or set providedContext: ['pending_user'] where a link or another flow brings the user",
    ]);
    assert.deepEqual(mistakesOf(identification({ name: 'who', password: true }), login), []);
    assert.deepEqual(mistakesOf(identification({ name: 'who' }), passwordStage({ name: 'password' }), login), []);
  });

  it('ask whether to stay signed in only where a sign-in says for how long, which needs the question', () => {
    const who = identification({ name: 'who', password: true });
    const asking = identification({ name: 'who', password: true, rememberMe: true });
    const long = userLogin({ name: 'login', rememberMeSeconds: 60 });
    assert.deepEqual(mistakesOf(asking, login), [
      'flows.in.who: it asks whether to stay signed in, and no later userLogin() has rememberMeSeconds, which says for how long',
    ]);
    assert.deepEqual(mistakesOf(who, long), [
      "flows.in.login: no earlier stage writes 'remember_me', which user_login needs",
    ]);
    assert.deepEqual([mistakesOf(asking, long), mistakesOf(who, login)], [[], []]);
    assert.throws(() => identification({ name: 'who', rememberMe: true }), /rememberMe needs password: true/);
  });

  it('ask for a password only after a stage that identifies the user', () => {
    const needs = "flows.in.password: no earlier stage writes 'pending_user_identifier', which password needs";
    assert.deepEqual(mistakesOf(passwordStage({ name: 'password' }), login), [needs]);
    const twice = [identification({ name: 'who', password: true }), passwordStage({ name: 'password' }), login];
    assert.deepEqual(mistakesOf(...twice), [needs]);
  });

  it('sign in whom a source stage has proved, unless it takes any identity or the flow creates the account', () => {
    const who = identification({ name: 'who' });
    const source = (requireConnection: boolean) => sourceStage({ name: 'acme', source: 'acme', requireConnection });
    assert.deepEqual(mistakesOf(who, source(true), login), []);
    assert.deepEqual(mistakesOf(source(true), login), []);
    const lacking = /^flows\.in\.login: no earlier stage writes 'pending_user'/;
    assert.match(mistakesOf(who, source(false), login).join('\n'), lacking);
    const creating = [who, source(true), login, userWrite({ name: 'write' })];
    assert.ok(mistakesOf(...creating).some((one) => lacking.test(one)));
  });

  it('link to existing flows', () => {
    const flow = signInFlow({ slug: 'in', links: { enrollment: 'invite', recovery: '/forgotten' } });
    assert.deepEqual(checkFlows([flow], rules), ["flows.in.identification.links: there is no flow 'invite'"]);
  });

  it('link only to paths of the app', () => {
    for (const place of [
      '//evil.example',
      '/\\\\evil.example',
      '/.//evil.example',
      '/a b',
      'https://evil.example',
      '',
    ]) {
      const flow = signInFlow({ slug: 'in', links: { recovery: place } });
      assert.deepEqual(checkFlows([flow], rules), [`flows.in.identification.links: there is no flow '${place}'`]);
    }
  });

  it('require parts that the app may not have', () => {
    const flows = [signup, signInFlow({ slug: 'in', passwordPage: true }), signOutFlow({ slug: 'out' })];
    assert.deepEqual(checkRequisites(flows, new Map()), []);
    assert.deepEqual(
      checkRequisites(
        flows,
        new Map([
          ['credentials', 'users.passwordHash'],
          ['sign-out', 'login.signOut'],
        ]),
      ).map(issueSentence),
      [
        'flows.in.identification: identification needs users.passwordHash',
        'flows.in.password: password needs users.passwordHash',
        'flows.out.user-logout: user_logout needs login.signOut',
      ],
    );
  });
});
