import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { createKeyring } from '../../lib/base/keyring.js';
import { message, messageOf } from '../../lib/base/message.js';
import { isSecret, Secret } from '../../lib/base/secret.js';
import { definePolicy, type Policy } from '../../lib/flow/policy.js';
import type { Flow } from '../../lib/flow/flow.js';
import { createSealedPasswords } from '../../lib/http/sealed-passwords.js';
import { inviteCode } from '../../lib/policies/invite-code.js';
import { passwordsMatch } from '../../lib/policies/passwords-match.js';
import { inviteCodePrompt } from '../../lib/prompts/invite-code.js';
import { password } from '../../lib/prompts/password.js';
import { username } from '../../lib/prompts/username.js';
import { createAvailabilityChecks } from '../../lib/rate-limits/limits.js';
import { promptStage } from '../../lib/stages/prompt.js';
import { userLogin } from '../../lib/stages/user-login.js';
import { userWrite } from '../../lib/stages/user-write.js';
import { createMemoryRateLimiter } from '../../lib/stores/memory/rate-limiter.js';
import { sampleAccount, sampleRedemption } from '../../lib/testing/contracts/sample-enrollment.js';
import { ExecutorClient, type ExecutorAnswer } from '../support/executor/executor-client.js';
import { openScene, type Scene } from '../support/executor/scene.js';
import { act, flowOf, page } from '../support/executor/stages.js';
import { identityOf } from '../support/policies/recognized.js';

const words = 'velvet tram over the harbour';
const other = 'nine quiet lamps in the rain';

const fields = {
  name: username({ key: 'username', label: 'Name' }),
  password: password({ key: 'password', label: 'Password' }),
  again: password({ key: 'again', label: 'Again', repeats: true }),
};

function signup(validation: readonly Policy[] = [], more: 'again' | null = null): Flow {
  const prompts = [fields.name, fields.password, ...(more === null ? [] : [fields.again])];
  return flowOf(
    [
      promptStage({ name: 'code', prompts: [inviteCodePrompt()], validation: [inviteCode()] }),
      promptStage({ name: 'account', prompts, validation }),
      userWrite({ name: 'write' }),
      userLogin({ name: 'login' }),
    ],
    { designation: 'enrollment', slug: 'signup' },
  );
}

describe('the accepted password of a form that is asked again', () => {
  let scene: Scene;
  let hashes: number;
  let count = 0;
  beforeEach(async () => {
    scene = openScene();
    hashes = 0;
    const { passwords } = scene.context.services;
    const counting = {
      ...passwords,
      hash: (typed: Parameters<typeof passwords.hash>[0]) => {
        hashes += 1;
        return passwords.hash(typed);
      },
    };
    scene = {
      ...scene,
      context: { ...scene.context, services: { ...scene.context.services, passwords: counting } },
    };
    await scene.people.users.create(sampleAccount({ username: 'taken' }), sampleRedemption());
  });

  /** A visitor whose form was asked again because the name is taken. */
  async function refused(flow = signup(), typed: Readonly<Record<string, string>> = {}): Promise<ExecutorClient> {
    const visitor = await atAccount(flow);
    await visitor.submit({ username: 'taken', password: words, ...typed });
    return visitor;
  }

  async function atAccount(flow: Flow): Promise<ExecutorClient> {
    count += 1;
    const visitor = new ExecutorClient(scene, flow, `plan-${String(count)}`);
    const { code } = await scene.invitations.manager.create({ uses: 9 });
    await visitor.open();
    await visitor.submit({ invite_code: code });
    await visitor.open();
    return visitor;
  }

  const verifies = async (name: string, typed: string): Promise<boolean> => {
    const user = await scene.people.users.findByLogin('username', name);
    assert.ok(user, `${name} has no account`);
    const answer = await scene.context.services.credentials.check({
      identifier: name,
      password: new Secret(typed),
      fields: ['username'],
      address: '192.0.2.9',
      planId: 'check',
    });
    return answer.type === 'right';
  };

  const isDone = (reply: ExecutorAnswer): boolean => reply.type === 'redirect' && reply.done;
  const errorsOf = (reply: ExecutorAnswer): unknown => (reply.type === 'stage' ? reply.errors : null);

  it('is saved: the next form needs only what was wrong, and the account has that password', async () => {
    const visitor = await refused();
    const reply = await visitor.submit({ username: 'ann', password: '' });
    assert.ok(isDone(reply), JSON.stringify(reply));
    assert.equal(await verifies('ann', words), true);
    assert.equal(hashes, 1);
  });

  it('is replaced by another one that is typed', async () => {
    const visitor = await refused();
    assert.ok(isDone(await visitor.submit({ username: 'ann', password: other })));
    assert.equal(await verifies('ann', other), true);
  });

  it('stays saved while the same form is wrong again, without another hash', async () => {
    const visitor = await refused();
    const reply = await visitor.submit({ username: 'root', password: '' });
    assert.deepEqual(errorsOf(reply), { username: [message('prompt.username.reserved')] });
    assert.equal(hashes, 1);
    assert.ok(isDone(await visitor.submit({ username: 'ann', password: '' })));
    assert.equal(await verifies('ann', words), true);
  });

  it('changes nothing that is stored: the plan keeps its revision and its token', async () => {
    const visitor = await atAccount(signup());
    const { planId } = visitor;
    const before = [await scene.plans.contents(), scene.plans.writes.length];
    await visitor.submit({ username: 'taken', password: words });
    await visitor.submit({ username: 'root', password: '' });
    assert.deepEqual([await scene.plans.contents(), scene.plans.writes.length], before);
    assert.equal(visitor.planId, planId);
    assert.equal(JSON.stringify([...(await scene.plans.contents())]).includes('password_hash'), false);
  });

  for (const refusedFirst of [true, false]) {
    it(`of a refused and a valid form at once the valid one wins, sent ${refusedFirst ? 'second' : 'first'}`, async () => {
      const visitor = await atAccount(signup());
      const other = new ExecutorClient(scene, visitor.flow, visitor.planId);
      other.hasCookie = true;
      const { form } = visitor;
      const wrong = () => other.submit({ username: 'taken', password: words }, form);
      const right = () => visitor.submit({ username: 'ann', password: words }, form);
      const replies = await Promise.all(refusedFirst ? [wrong(), right()] : [right(), wrong()]);
      assert.ok(replies.some(isDone), JSON.stringify(replies));
      assert.equal(await verifies('ann', words), true);
    });
  }

  it('a lost answer loses nothing: the page before it is sent again, corrected', async () => {
    const visitor = await atAccount(signup());
    const { form } = visitor;
    const lost = new ExecutorClient(scene, visitor.flow, visitor.planId);
    await lost.submit({ username: 'taken', password: words }, form);
    assert.ok(isDone(await visitor.submit({ username: 'ann', password: words }, form)));
  });

  it('is asked of a visitor who opens the page anew', async () => {
    const visitor = await refused();
    const opened = await visitor.open();
    assert.equal(opened.savedPassword, null);
    assert.equal(JSON.stringify(opened.challenge).includes('saved'), false);
    const reply = await visitor.submit({ username: 'ann', password: '' });
    assert.deepEqual(errorsOf(reply), { password: [message('prompt.password.blank')] });
  });

  const again = { password: [message('prompt.password.again')] };

  it('is asked again where the value is damaged, too long or of another enrollment', async () => {
    const visitor = await refused();
    const own = visitor.form.saved ?? assert.fail('nothing is saved');
    const stranger = await refused();
    const middle = own.length >> 1;
    const damaged = own.slice(0, middle) + (own[middle] === 'A' ? 'B' : 'A') + own.slice(middle + 1);
    for (const saved of ['x', damaged, own.repeat(20), stranger.form.saved]) {
      const reply = await visitor.submit({ username: 'ann', password: '' }, { ...visitor.form, saved: saved ?? null });
      assert.deepEqual(errorsOf(reply), again, saved ?? '');
      assert.ok(reply.type === 'stage' && reply.savedPassword === null);
    }
    assert.ok(isDone(await visitor.submit({ username: 'ann', password: '' }, { ...visitor.form, saved: own })));
  });

  it('is asked again where the value is of another flow, or of another step', async () => {
    const steps = (slug: string): Flow =>
      flowOf(
        ['one', 'two'].map((name) => promptStage({ name, prompts: [fields.name, fields.password] })),
        { slug },
      );
    const visitors = ['here', 'there'].map((slug) => new ExecutorClient(scene, steps(slug), 'same-plan'));
    const [here, there] = visitors;
    assert.ok(here && there);
    const saved: (string | null)[] = [];
    for (const visitor of visitors) {
      await visitor.open();
      await visitor.submit({ username: 'taken', password: words });
      saved.push(visitor.form.saved ?? assert.fail('nothing is saved'));
    }
    const foreign = { ...here.form, saved: saved[1] ?? null };
    assert.deepEqual(errorsOf(await here.submit({ username: 'ann', password: '' }, foreign)), again);
    await here.submit({ username: 'ann', password: words });
    await here.open();
    const second = { ...here.form, saved: saved[0] ?? null };
    assert.equal(second.step, 'two');
    assert.deepEqual(errorsOf(await here.submit({ username: 'ann', password: '' }, second)), again);
  });

  it('is asked again ten minutes after the page, beside what else is wrong, even if it is optional', async () => {
    const optional = password({ key: 'password', label: 'Password', required: false });
    const flow = flowOf([promptStage({ name: 'account', prompts: [fields.name, optional] }), page('more')]);
    const visitor = new ExecutorClient(scene, flow, 'optional');
    await visitor.open();
    await visitor.submit({ username: 'taken', password: words });
    const { form } = visitor;
    scene.clock.advance(599_000);
    const inTime = await visitor.submit({ username: 'root', password: '' }, form);
    assert.deepEqual(errorsOf(inTime), { username: [message('prompt.username.reserved')] });
    scene.clock.advance(2000);
    assert.deepEqual(errorsOf(await visitor.submit({ username: 'ann', password: '' }, form)), again);
    assert.deepEqual(errorsOf(await visitor.submit({ username: 'root', password: '' }, form)), {
      username: [message('prompt.username.reserved')],
      ...again,
    });
    // A typed one needs no saved one, and each page has its own ten minutes.
    await visitor.submit({ username: 'ann', password: '' }, { ...form, saved: visitor.forms[2]?.saved ?? null });
    assert.equal((await visitor.open()).step, 'more');
  });

  it('is used for another name with a typed password, whatever the value is', async () => {
    const visitor = await refused();
    assert.ok(isDone(await visitor.submit({ username: 'ann', password: other }, { ...visitor.form, saved: 'x' })));
    assert.equal(await verifies('ann', other), true);
  });

  it('works while its secret is listed, and is asked again once it is removed', async () => {
    const before = 'the secret before this, 32 characters';
    const now = 'the secret of today with 32 characters';
    const under = (...secrets: string[]): Scene => ({
      ...scene,
      context: { ...scene.context, sealedPasswords: createSealedPasswords(createKeyring(secrets)) },
    });
    for (const [secrets, works] of [
      [[now, before], true],
      [[now], false],
    ] as const) {
      const flow = signup();
      const base = scene;
      scene = under(before);
      const visitor = await refused(flow);
      scene = base;
      const later = new ExecutorClient(under(...secrets), flow, visitor.planId);
      later.hasCookie = true;
      const reply = await later.submit({ username: works ? 'ann' : 'bob', password: '' }, visitor.form);
      assert.deepEqual([isDone(reply), errorsOf(reply)], works ? [true, null] : [false, again]);
    }
  });

  it('is not saved where its hash is too long for a form', async () => {
    const passwords = { ...scene.context.services.passwords, hash: () => Promise.resolve('x'.repeat(4000)) };
    scene = { ...scene, context: { ...scene.context, services: { ...scene.context.services, passwords } } };
    const visitor = await refused();
    assert.equal(visitor.form.saved, null);
  });

  it('does not sign in: the last form does, by the account that it writes', async () => {
    const visitor = await refused();
    const stored = await visitor.stored();
    assert.equal(stored?.plan?.proved, undefined);
    const reply = await visitor.submit({ username: 'ann', password: '' });
    const ann = await scene.people.users.findByLogin('username', 'ann');
    assert.equal(reply.type === 'redirect' && reply.signIn?.signIn, ann?.id);
  });

  it('a later form of another person, without the value, is not signed in as the first', async () => {
    const visitor = await refused();
    const { form } = visitor;
    await visitor.submit({ username: 'ann', password: '' });
    const repeated = await visitor.submit({ username: 'ann', password: '' }, form);
    assert.ok(repeated.type === 'redirect' && repeated.signIn !== null, 'the second click');
    const guessed = await visitor.submit({ username: 'ann', password: '' }, { ...form, saved: null });
    assert.ok(guessed.type !== 'redirect' || guessed.signIn === null, JSON.stringify(guessed));
  });

  it('the second of two clicks gets the same page, whether at once or later', async () => {
    for (const atOnce of [true, false]) {
      const visitor = await atAccount(signup());
      const { planId, form } = visitor;
      const second = new ExecutorClient(scene, visitor.flow, planId);
      second.hasCookie = true;
      const click = (one: ExecutorClient) => one.submit({ username: 'taken', password: words }, form);
      const [, reply] = atOnce
        ? await Promise.all([click(visitor), click(second)])
        : [await click(visitor), await click(second)];
      assert.ok(reply.type === 'stage' && reply.status === 422, JSON.stringify(reply));
      assert.deepEqual(reply.typed, { username: 'taken' });
      assert.ok(isDone(await second.submit({ username: atOnce ? 'ann' : 'bob', password: '' })));
    }
  });

  it('the second of two clicks on the first page of all gets the same page, too', async () => {
    const flow = flowOf([promptStage({ name: 'account', prompts: [fields.name, fields.password] }), page('more')]);
    const visitor = new ExecutorClient(scene, flow, 'first-page');
    await visitor.open();
    const second = new ExecutorClient(scene, flow, visitor.planId);
    second.hasCookie = true;
    const { form } = visitor;
    await visitor.submit({ username: 'taken', password: words }, form);
    const reply = await second.submit({ username: 'taken', password: words }, form);
    assert.ok(reply.type === 'stage' && reply.status === 422, JSON.stringify(reply));
    await second.submit({ username: 'ann', password: '' });
    assert.equal((await second.open()).step, 'more');
  });

  it('a visitor may go back to the page before and send it with all answers', async () => {
    const visitor = await atAccount(signup());
    const [, first = visitor.form] = visitor.forms;
    await visitor.submit({ username: 'taken', password: words });
    assert.ok(isDone(await visitor.submit({ username: 'ann', password: other }, first)));
    assert.equal(await verifies('ann', other), true);
  });

  it('is not saved where it is wrong itself', async () => {
    for (const typed of ['short', '', `${words}\u0000`]) {
      const visitor = await atAccount(signup());
      const reply = await visitor.submit({ username: 'taken', password: typed });
      assert.ok(reply.type === 'stage' && reply.savedPassword === null);
    }
    assert.equal(hashes, 0);
  });

  it('is not saved where its repetition differs, which is said at once, at the first', async () => {
    const flow = signup([passwordsMatch(['password', 'again'])], 'again');
    const visitor = await refused(flow, { again: other });
    assert.equal(hashes, 0);
    const reply = await visitor.submit({ username: 'ann', password: words, again: other });
    assert.deepEqual(errorsOf(reply), { password: [message('policy.passwords_match.differ')] });
  });

  it('is saved with its repetition, which is then not needed either', async () => {
    const visitor = await refused(signup([passwordsMatch(['password', 'again'])], 'again'), { again: words });
    assert.ok(isDone(await visitor.submit({ username: 'ann', password: '', again: '' })));
  });

  describe('and the validation policies', () => {
    const common = definePolicy({
      name: 'common',
      fields: ['password'],
      check: ({ answers }) => (reveal(answers['password']).includes('velvet') ? messageOf('too.common') : true),
    });
    const contains = (named: readonly string[]): Policy =>
      definePolicy({
        name: 'no-name',
        fields: named,
        check: ({ answers }) =>
          reveal(answers['password']).includes(String(answers['username'])) ? messageOf('no.name') : true,
      });
    const reveal = (answer: unknown): string => (isSecret(answer) ? answer.reveal() : '');

    it('one about the password alone is asked before it is saved', async () => {
      const visitor = await atAccount(signup([common]));
      const reply = await visitor.submit({ username: 'taken', password: words });
      assert.deepEqual(errorsOf(reply), {
        username: [message('prompt.username.taken')],
        password: [messageOf('too.common')],
      });
      assert.equal(hashes, 0);
    });

    it('one that names the password and another answer: nothing is saved', async () => {
      await refused(signup([contains(['username', 'password'])]));
      assert.equal(hashes, 0);
    });

    for (const named of [['password'], ['username'], []]) {
      it(`one that reads both and names ${named.join('') || 'neither'} can still refuse`, async () => {
        const visitor = await refused(signup([contains(named)]));
        const reply = await visitor.submit({ username: 'tram', password: '' });
        const said = JSON.stringify(errorsOf(reply));
        assert.match(said, /prompt\.password\.(again|blank)/);
        assert.deepEqual(await scene.people.users.findByLogin('username', 'tram'), null);
        const typed = await visitor.submit({ username: 'tram', password: words });
        assert.match(JSON.stringify(errorsOf(typed)), /no\.name/);
        assert.ok(isDone(await visitor.submit({ username: 'ann', password: words })));
      });
    }

    for (const named of [['password'], ['username'], []]) {
      it(`one that goes through all answers and names ${named.join('') || 'none'} can still refuse`, async () => {
        const isPart = ([key, answer]: [string, unknown], all: readonly [string, unknown][]): boolean =>
          all.some(([other, text]) => other !== key && reveal(text).includes(String(answer)));
        const parts = definePolicy({
          name: 'parts',
          fields: named,
          check: ({ answers }) =>
            !Object.entries(answers).some((one, _at, all) => isPart(one, all)) || messageOf('part'),
        });
        const visitor = await refused(signup([parts]));
        await visitor.submit({ username: 'tram', password: '' });
        assert.equal(await scene.people.users.findByLogin('username', 'tram'), null);
        assert.match(JSON.stringify(errorsOf(await visitor.submit({ username: 'tram', password: words }))), /part/);
      });
    }

    it('one about the password alone that changes the plan: nothing is saved, and the plan is changed', async () => {
      const weak = definePolicy({
        name: 'weak',
        fields: ['password'],
        check: ({ answers }) => ({ pass: true, actions: isSecret(answers['password']) ? [{ insert: 'second' }] : [] }),
      });
      const noBobs = definePolicy({
        name: 'no-bobs',
        fields: ['username'],
        check: ({ answers }) => answers['username'] !== 'bob',
      });
      const { bindings } = signup([weak, noBobs]);
      const flow = flowOf(
        bindings.map(({ stage }) => stage),
        { designation: 'enrollment', slug: 'signup', insertable: [page('second')] },
      );
      for (const wrong of ['taken', 'bob']) {
        const visitor = await atAccount(flow);
        await visitor.submit({ username: wrong, password: words });
        await visitor.submit({ username: 'ann', password: '' });
        await visitor.submit({ username: 'ann', password: words });
        assert.equal((await visitor.open()).step, 'second', wrong);
      }
    });

    it('one about another answer that refuses leaves the password saved', async () => {
      const noBobs = definePolicy({
        name: 'no-bobs',
        fields: ['username'],
        check: ({ answers }) => answers['username'] !== 'bob' || messageOf('no.bobs'),
      });
      const visitor = await atAccount(signup([noBobs]));
      const reply = await visitor.submit({ username: 'bob', password: words });
      assert.deepEqual(errorsOf(reply), { username: [messageOf('no.bobs')] });
      assert.ok(isDone(await visitor.submit({ username: 'ann', password: '' })));
      assert.equal(await verifies('ann', words), true);
    });
  });

  it('is asked again where a later stage refuses it', async () => {
    const refuses = act('refuses', () => ({ type: 'invalid', errors: { password: [messageOf('too.common')] } }));
    const flow = flowOf([promptStage({ name: 'account', prompts: [fields.name, fields.password] }), refuses]);
    const visitor = new ExecutorClient(scene, flow, 'refused-later');
    await visitor.open();
    const reply = await visitor.submit({ username: 'ann', password: words });
    assert.deepEqual(errorsOf(reply), { password: [messageOf('too.common')] });
    assert.equal(visitor.form.saved, null);
  });

  it('is not that of an earlier page, which a later stage shows again', async () => {
    const refuses = act('refuses', () => ({ type: 'invalid', errors: { username: [messageOf('no.name')] } }));
    const flow = flowOf([
      promptStage({ name: 'first', prompts: [fields.name, fields.password] }),
      promptStage({ name: 'second', prompts: [fields.password] }),
      refuses,
    ]);
    const visitor = new ExecutorClient(scene, flow, 'two-pages');
    await visitor.open();
    await visitor.submit({ username: 'ann', password: words });
    await visitor.open();
    await visitor.submit({ password: other });
    assert.deepEqual([visitor.form.step, visitor.form.saved], ['first', null]);
  });

  it('is hashed no more often than the limit of lookups allows', async () => {
    const { clock } = scene;
    const availability = createAvailabilityChecks({
      perPlan: { points: 3, windowSeconds: 3600 },
      perClient: { points: 99, windowSeconds: 3600 },
      rateLimiter: createMemoryRateLimiter({ clock }),
      events: () => undefined,
    });
    scene = { ...scene, context: { ...scene.context, availability } };
    const visitor = await atAccount(signup());
    // These names are refused without a lookup.
    for (const more of '123456') await visitor.submit({ username: 'root', password: words + more });
    assert.equal(hashes, 3);
  });

  it('its form is stale once a source has identified the visitor', async () => {
    const visitor = await refused();
    const { form } = visitor;
    await visitor.returnWith({ identity: identityOf('ann@example.com'), invitation_rule: 'never' });
    const reply = await visitor.submit({ username: 'ann', password: other }, form);
    assert.deepEqual(reply.type === 'redirect' && reply.notice, message('notice.moved_on'), JSON.stringify(reply));
    assert.equal(await scene.people.users.findByLogin('username', 'ann'), null);
  });

  it('is not needed by a page after it: the plan goes on with another token', async () => {
    const flow = flowOf(
      [
        promptStage({ name: 'account', prompts: [fields.name, fields.password] }),
        page('more'),
        userLogin({ name: 'l' }),
      ],
      { slug: 'signup' },
    );
    const visitor = new ExecutorClient(scene, flow);
    await visitor.open();
    await visitor.submit({ username: 'taken', password: words });
    const { form, planId } = visitor;
    await visitor.submit({ username: 'ann', password: '' });
    assert.notEqual(visitor.planId, planId);
    const left = await visitor.stored();
    assert.equal(left?.plan?.toldBy?.step, 'account');
    const bob = await visitor.submit({ username: 'bob', password: other }, form);
    assert.ok(bob.type === 'redirect' && bob.freshToken, 'another person starts a new plan');
  });
});
