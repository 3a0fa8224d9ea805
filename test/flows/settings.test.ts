import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { checkFlows } from '../../lib/flow/check-flow.js';
import { deniedActions, invalidResponseActions, requirements, type Flow } from '../../lib/flow/flow.js';
import { definePolicy } from '../../lib/flow/policy.js';
import * as flows from '../../lib/flows.js';
import { dummyStage } from '../../lib/stages.js';
import { ExecutorClient, type ExecutorAnswer } from '../support/executor/executor-client.js';
import { openScene } from '../support/executor/scene.js';

const { changeFlow, accountSettings, ...made } = flows;
/** What single factories need beside a slug. */
const more: Readonly<Record<string, object>> = {
  authenticatorSetupFlow: { type: 'totp' },
  inviteSignupFlow: { fields: ['username', 'password'] },
  recoveryFlow: { signInFlow: 'sign-in' },
};
/** Every ready-made flow. */
const factories: Readonly<Record<string, (...given: never[]) => Flow>> = made;
const readyMade = [
  ...Object.entries(factories).map(([name, make]) => make({ slug: name, ...more[name] } as never)),
  // Its first page asks nothing.
  ...accountSettings().slice(1),
];

const full = definePolicy({ name: 'full', check: () => 'The club is full.' });
const next = { path: '/next' };

function outcome(reply: ExecutorAnswer): unknown {
  if (reply.type === 'redirect') return reply.notice?.id ?? reply.to;
  return reply.type === 'refusal' ? (reply.reason ?? reply.status) : reply.type === 'stage' ? reply.status : reply.type;
}

interface Visitor {
  readonly user?: string;
  readonly next?: typeof next;
  readonly redirectedFrom?: string;
}

const visit = (flow: Flow, { user, ...entryLink }: Visitor = {}): Promise<ExecutorAnswer> => {
  const client = new ExecutorClient(openScene(), flow);
  client.user = user;
  client.entryLink = entryLink;
  return client.get();
};

/** The first page of the flow, where nothing must be done before it. */
const asker = (flow: Flow): string | undefined => {
  if (flow.bindings[0]?.stage.asking === false) return undefined;
  return flow.bindings.find(
    ({ stage }) =>
      stage.asking &&
      stage.kind !== 'account_choice' &&
      !stage.requires.some((one) => one === 'authenticators' || one === 'mailer'),
  )?.key;
};

describe('the settings of ready-made flows', () => {
  for (const flow of readyMade) {
    const { slug } = flow;

    if (flow.tickets.length > 0) {
      it(`${slug}: changed, it still cannot be opened without a ticket`, async () => {
        const settings = { authentication: 'none', policies: [], deniedAction: 'message' } as const;
        const changed = changeFlow(flow, { ...settings, stages: () => [dummyStage({ name: 'page' })] });
        for (const user of [undefined, 'ann'])
          assert.equal(outcome(await visit(changed, user === undefined ? {} : { user })), 'not_linked');
      });
      continue;
    }

    it(`${slug}: each denied action, with and without next`, async () => {
      for (const deniedAction of deniedActions) {
        const denying = changeFlow(flow, { policies: [full], deniedAction, authentication: 'none' });
        const [shown, there] = [403, { path: denying.target }];
        const expected = { message_continue: [next, shown], message: [shown, shown], continue: [next, there] };
        const found = [outcome(await visit(denying, { next })), outcome(await visit(denying))];
        assert.deepEqual(found, expected[deniedAction], deniedAction);
      }
    });

    it(`${slug}: each authentication requirement, met and unmet`, async () => {
      const known = ['signed_in', 'signed_out', 'not_redirected', 'not_linked'];
      for (const authentication of requirements) {
        const changed = changeFlow(flow, {
          authentication,
          policies: [],
          deniedAction: 'message',
          stages: () => [dummyStage({ name: 'page' })],
        });
        const unmet = async (visitor: Visitor): Promise<unknown> => {
          const found = outcome(await visit(changed, visitor));
          return known.some((reason) => reason === found) ? found : null;
        };
        // For a signed-in user, an authentication flow is done.
        const there = flow.designation === 'authentication' ? null : 'signed_in';
        const expected = {
          none: [null, null, null],
          require_authenticated: ['signed_out', null, 'signed_out'],
          require_unauthenticated: [null, there, null],
          require_redirect: ['not_redirected', flow.designation === 'authentication' ? null : 'not_redirected', null],
          require_token: ['not_linked', flow.designation === 'authentication' ? null : 'not_linked', 'not_linked'],
        };
        assert.deepEqual(
          [await unmet({}), await unmet({ user: 'ann' }), await unmet({ redirectedFrom: 'other' })],
          expected[authentication],
          authentication,
        );
      }
    });

    const first = asker(flow);
    if (first === undefined) continue;

    it(`${slug}: each invalidResponseAction; starting again ends after five times`, async () => {
      for (const invalidResponseAction of invalidResponseActions) {
        const changed = changeFlow(flow, {
          authentication: 'none',
          policies: [],
          stages: (bindings) => [
            dummyStage({ name: 'before' }),
            ...bindings.map((one) => (one.key === first ? { ...one, policies: [], invalidResponseAction } : one)),
          ],
        });
        const client = new ExecutorClient(openScene(), changed);
        client.user = 'ann';
        const found: unknown[] = [];
        for (let time = 1; time <= 6; time += 1) {
          if ((await client.open()).step === 'before') await client.submit();
          assert.equal((await client.open()).step, first);
          found.push(outcome(await client.submit()));
        }
        const again = [1, 2, 3, 4, 5].map(() => 'notice.restarted');
        assert.deepEqual(found, invalidResponseAction === 'retry' ? found.map(() => 422) : [...again, 422]);
      }
    });

    it(`${slug}: policies of a stage are evaluated at planning, before the stage, at both, or never`, async () => {
      for (const [evaluateOnPlan, reEvaluatePolicies, failsAt, isShown] of [
        [true, false, 'plan', false],
        [true, false, 'later', true],
        [false, true, 'later', false],
        [true, true, 'plan', false],
        [true, true, 'later', false],
      ] as const) {
        let asked = 0;
        const failing = definePolicy({
          name: 'failing',
          check: () => (asked += 1) !== (failsAt === 'plan' || !evaluateOnPlan ? 1 : 2),
        });
        const changed = changeFlow(flow, {
          authentication: 'none',
          policies: [],
          stages: () => [
            { stage: dummyStage({ name: 'seldom' }), policies: [failing], evaluateOnPlan, reEvaluatePolicies },
            dummyStage({ name: 'always' }),
          ],
        });
        const reply = await visit(changed);
        assert.equal(reply.type === 'stage' && reply.step, isShown ? 'seldom' : 'always');
      }
      const never = changeFlow(flow, {
        stages: ([one]) => [{ ...one!, policies: [full], evaluateOnPlan: false, reEvaluatePolicies: false }],
      });
      assert.match(checkFlows([never], { registration: 'open' }).join('\n'), /they would never run/);
    });
  }
});

describe('changeFlow', () => {
  const invite = flows.inviteSignupFlow({ slug: 'invite', fields: ['username', 'password'] });

  it('without changes makes an equal flow, which goes on with stored plans', () => {
    for (const flow of readyMade)
      assert.deepEqual(
        JSON.parse(JSON.stringify({ ...changeFlow(flow, {}), guard: null, bindings: null })),
        JSON.parse(JSON.stringify({ ...flow, guard: null, bindings: null })),
      );
    const changed = changeFlow(invite, {});
    assert.deepEqual(
      changed.bindings.map(({ key, stage, order, guard }) => [key, stage, order, guard]),
      invite.bindings.map(({ key, stage, order, guard }) => [key, stage, order, guard]),
    );
  });

  it('changes settings, and inserts, replaces and binds stages, in the order of the list', () => {
    const changed = changeFlow(invite, {
      slug: 'join',
      layout: 'plain',
      compatibilityMode: true,
      stages: ([code, account, ...others]) => [
        code!,
        dummyStage({ name: 'rules' }),
        { ...account!, policies: [full] },
        ...others,
      ],
    });
    assert.deepEqual(
      [changed.slug, changed.layout, changed.compatibilityMode, changed.title],
      ['join', 'plain', true, invite.title],
    );
    assert.deepEqual(
      changed.bindings.map(({ key, order, guard }) => [key, order, guard.bindings.length]),
      [
        ['invite-code', 10, 0],
        ['rules', 20, 0],
        ['account', 30, 1],
        ['user-write', 40, 0],
        ['user-login', 50, 0],
      ],
    );
    assert.equal(invite.bindings.length, 4);
  });

  it('reports wrong settings', () => {
    const wrong: object = { stages: [], policies: [1], slugg: 'x' };
    assert.throws(() => changeFlow(invite, wrong), /changeFlow: "stages" must be of type function/);
    assert.throws(() => changeFlow(invite, { slugg: 'x' } as object), /"slugg" is not allowed/);
  });
});
