import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { after, before, beforeEach, describe, it } from 'mocha';
import { accountSettings } from '../../lib/flows.js';
import { memoryConnections, openIdConnectSource, signInFlow, type MemoryUser } from '../../lib/index.js';
import { memoryAuthenticators } from '../../lib/stores/memory/authenticators.js';
import { createMemoryEphemeralStore } from '../../lib/stores/memory/ephemeral-store.js';
import { fakeClock } from '../../lib/testing/fake-clock.js';
import { createAccountLock } from '../../lib/users/account-lock.js';
import { password } from '../support/account.js';
import { member, signIn } from '../support/http/sign-in-app.js';
import { openTestApp, signup, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';
import type { RawAnswer } from '../support/raw-client.js';

const identity = { source: 'acme', issuer: 'http://127.0.0.1:9', subject: 'ann' };

describe('a form that waits for the lock of its account while the user’s sessions are ended', () => {
  const clock = fakeClock();
  const ephemeral = createMemoryEphemeralStore({ clock });
  const lock = createAccountLock(ephemeral);
  const authenticators = memoryAuthenticators();
  const connections = memoryConnections();
  let app: TestApp;
  let ann: MemoryUser;
  let visitor: Visitor;
  let count = 0;

  before(async () => {
    app = await openTestApp({
      clock,
      stores: { ephemeral },
      authenticators,
      connections,
      sources: [
        openIdConnectSource({
          ...{ slug: 'acme', name: 'Acme', issuer: identity.issuer },
          clientId: 'x',
          clientSecret: 'y',
        }),
      ],
      flows: [
        signInFlow({ slug: 'sign-in', target: '/inside', secondFactor: false }),
        ...accountSettings({ fields: ['username'], authenticators: ['totp'], connections: true }),
        signup,
      ],
    });
  });
  after(() => app.close());
  beforeEach(async () => {
    ann = await member(app, `ann${String((count += 1))}`);
    visitor = new Visitor(app);
    await signIn(visitor, ann.username ?? '');
  });

  async function confirmed(page: string): Promise<void> {
    await visitor.open(page);
    if (visitor.page.text.includes('name="password"')) await visitor.follow(await visitor.submit({ password }));
  }

  interface Change {
    /** Up to the last form; returns how to send it. */
    begin(): Promise<() => Promise<RawAnswer>>;
    isMade(): Promise<boolean>;
  }

  const changes: Readonly<Record<string, Change>> = {
    'deletes no account': {
      async begin() {
        await confirmed('/if/flow/account-leave/');
        return () => visitor.submit({});
      },
      isMade: async () => (await app.users.findById(ann.id)) === null,
    },
    'removes no authenticator': {
      async begin() {
        const id = `codes-${ann.id}`;
        const times = { createdAt: 0, lastUsedAt: null, version: '1' };
        await authenticators.add({ id, userId: ann.id, type: 'recovery_codes', name: 'Codes', ...times, data: {} });
        await confirmed('/if/flow/account-authenticators/');
        await visitor.follow(await visitor.submit({ authenticator: id }));
        await visitor.follow(await visitor.submit({ authenticator_removed: 'yes' }));
        return () => visitor.submit({});
      },
      isMade: async () => (await authenticators.list(ann.id)).length === 0,
    },
    'disconnects no provider': {
      async begin() {
        await connections.link(ann.id, { ...identity, subject: ann.id });
        await confirmed('/if/flow/account-connections/');
        const connection = /name="connection"[^>]*value="([^"]+)"/.exec(visitor.page.text)?.[1] ?? '';
        return () => visitor.submit({ connection });
      },
      isMade: async () => (await connections.list(ann.id)).length === 0,
    },
  };

  for (const [title, { begin, isMade }] of Object.entries(changes))
    for (const isEnded of [true, false])
      it(isEnded ? title : `where they go on, waits and then is answered (${title} where they end)`, async () => {
        const send = await begin();
        const sent = await lock(ann.id, async () => {
          const sending = send();
          await delay(150);
          assert.equal(await isMade(), false);
          if (isEnded) await app.enrollment.sessions.endAll(ann.id);
          return { sending };
        });
        const answer = await sent.sending;
        assert.equal(await isMade(), !isEnded, JSON.stringify(answer));
      });
});
