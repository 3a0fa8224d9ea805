import assert from 'node:assert/strict';
import { it } from 'mocha';
import { isEnrollmentError } from '../../../lib/base/error.js';
import { Secret } from '../../../lib/base/secret.js';
import type { MailedLink } from '../../../lib/ports/fresh-invitations.js';
import { setTimeout as delay } from 'node:timers/promises';
import { isCampaign, itInCampaign } from '../../support/campaign.js';
import { createMemoryEphemeralStore } from '../../../lib/stores/memory/ephemeral-store.js';
import { onBothStores } from '../../support/invitations/both-stores.js';
import type { InvitationFixture } from '../../support/invitations/invitation-fixture.js';
import { mailBox, type MailBox } from '../../support/invitations/mail-box.js';

const day = 86_400_000;
const ann = 'ann@example.com';
const usable = ['open', 'held', 'not_yet'];

/** What the address has before two calls at once, and what they work on. */
interface Scene extends InvitationFixture {
  readonly box: MailBox;
  /** The invitation of the address. */
  readonly id: string;
  readonly link: MailedLink;
  /** One of another address, to be moved. */
  readonly other: string;
}

/** Each returns what it reports: with the state of the invitation, where it says that. */
const calls: Readonly<Record<string, (scene: Scene) => Promise<string>>> = {
  async send({ invitations: { manager } }) {
    await manager.send({ email: ann });
    return 'sent';
  },
  async resend({ invitations: { manager }, id }) {
    await manager.resend(id);
    return 'resent';
  },
  async rotate({ invitations: { manager }, id }) {
    await manager.resend(id, { mode: 'rotate' });
    return 'rotated';
  },
  async reissue({ invitations: { manager }, id, clock }) {
    await manager.reissue(id, { expires: new Date(clock.now() + 3 * day) });
    return 'reissued';
  },
  restore: async ({ invitations: { manager }, id }) => (await manager.restore(id)).state,
  extend: async ({ invitations: { manager }, id }) => (await manager.extend(id, { expires: '3d' })).state,
  edit: async ({ invitations: { manager }, id }) => (await manager.edit(id, { expires: '3d' })).state,
  async move({ invitations: { manager }, other }) {
    await manager.resend(other, { mode: 'rotate', email: ann });
    return 'moved';
  },
  async approve({ invitations: { waitlistMails } }) {
    const { id } = await waitlistMails.create({ email: ann }, { keep: false, instead: null });
    await waitlistMails.order(id, 'entry');
    return 'approved';
  },
  async bulk({ invitations: { manager } }) {
    const [row] = await manager.sendMany([{ email: ann }]);
    return row?.type ?? 'none';
  },
  async fresh({ invitations, link }) {
    await invitations.fresh?.renew(link, { client: '203.0.113.7' });
    await invitations.idle();
    return 'asked';
  },
  decline: async ({ invitations: { decline }, link }) => (await decline.decline(link)) ?? 'none',
  async erase({ invitations: { manager } }) {
    await manager.erase({ email: ann });
    return 'erased';
  },
  async revoke({ invitations: { manager }, id }) {
    await manager.revoke(id);
    return 'revoked';
  },
};

const states = ['open', 'expired', 'revoked'] as const;
const pairs = Object.keys(calls).flatMap((one, at, names) =>
  names.slice(at).flatMap((two) => states.map((state) => ({ one, two, state }))),
);

/** Those that `npm test` runs: they left two open ones, or reported what was not so, before both waited for each other. */
const usual: readonly string[] = [
  'send and reissue of one that is open',
  'send and restore of one that is revoked',
  'send and extend of one that is expired',
  'send and edit of one that is expired',
  'send and erase of one that is open',
  'resend and reissue of one that is expired',
  'reissue and move of one that is open',
  'reissue and approve of one that is open',
  'restore and approve of one that is revoked',
  'restore and bulk of one that is revoked',
  'restore and decline of one that is open',
  'edit and fresh of one that is expired',
  'bulk and fresh of one that is expired',
];

onBothStores('two calls at once for the invitations of one address', (open) => {
  async function prepare(state: (typeof states)[number]): Promise<Scene> {
    const box = mailBox();
    const fixture = open({ queue: box, mailLimits: { perRecipient: { points: 100, windowSeconds: 3600 } } });
    const { manager } = fixture.invitations;
    const { id } = await manager.send({ email: ann, expires: '1d' });
    const link = {
      code: new Secret(box.orders[0]?.content.letter?.code ?? ''),
      proof: new Secret(box.proofIn(box.orders[0])),
    };
    const { id: other } = await manager.send({ email: 'ana@example.com', expires: '9d' });
    if (state === 'revoked') await manager.revoke(id);
    if (state === 'expired') fixture.clock.advance(2 * day);
    return { ...fixture, box, id, link, other };
  }

  async function report(scene: Scene, call: string): Promise<string> {
    try {
      return (await calls[call]?.(scene)) ?? 'none';
    } catch (error) {
      if (!isEnrollmentError(error)) throw error;
      return error.code;
    }
  }

  /** What both report, and what is left. */
  async function outcome(scene: Scene, reports: readonly string[]): Promise<string> {
    const { items } = await scene.invitations.manager.list({ limit: 100 });
    const left = items.map(({ bound, state, replacedBy }) => {
      const whose = bound?.startsWith('erased-') === true ? 'erased' : bound;
      return `${String(whose)} ${state}${replacedBy === null ? '' : ' replaced'}`;
    });
    return [...reports, ...left.toSorted()].join(', ');
  }

  async function openFor(scene: Scene): Promise<number> {
    const { items } = await scene.invitations.manager.list({ limit: 100 });
    return items.filter(({ bound, state }) => bound === ann && usable.includes(state)).length;
  }

  for (const { one, two, state } of pairs) {
    const title = `${one} and ${two} of one that is ${state}`;
    if (!isCampaign && !usual.includes(title)) continue;
    it(`${title}: one at most is open, and both reports are those of one after the other`, async () => {
      const scene = await prepare(state);
      const together = await Promise.all([report(scene, one), report(scene, two)]);
      assert.ok((await openFor(scene)) <= 1, together.join(', '));
      const inTurn: string[] = [];
      for (const isTurned of [false, true]) {
        const alike = await prepare(state);
        const first = await report(alike, isTurned ? two : one);
        const second = await report(alike, isTurned ? one : two);
        inTurn.push(await outcome(alike, isTurned ? [second, first] : [first, second]));
      }
      // What it was to be mailed to was erased meanwhile: it refuses instead of another address.
      if (together.includes('erased') && together.includes('ERR_ENROLLMENT_NOT_MAILED')) return;
      const found = await outcome(scene, together);
      assert.ok(inTurn.includes(found), `${found}\n  not in\n${inTurn.join('\n')}`);
    });
  }

  it('of two that are revoked, one is restored', async () => {
    const scene = await prepare('revoked');
    const { manager } = scene.invitations;
    const { id } = await manager.send({ email: ann });
    await manager.revoke(id);
    const both = await Promise.allSettled([manager.restore(scene.id), manager.restore(id)]);
    assert.deepEqual(both.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected']);
    assert.equal(await openFor(scene), 1);
  });

  it('an address that is given to an unsent one has no other open one then', async () => {
    const { invitations } = await prepare('open');
    const { manager } = invitations;
    const { id } = await manager.send({ email: 'eve@example.com' });
    const made = await manager.reissue(id);
    await assert.rejects(manager.edit(made.id, { email: ann }), { code: 'ERR_ENROLLMENT_NOT_REISSUED' });
    assert.equal((await manager.get(made.id)).bound, 'eve@example.com');
  });

  itInCampaign('a call that lost its turn to another one changes nothing', async () => {
    const { id, store, clock } = await prepare('revoked');
    const memory = createMemoryEphemeralStore({ clock });
    const late = open({
      store,
      ephemeralStore: {
        ...memory,
        async setIfAbsent(...given) {
          const kept = await memory.setIfAbsent(...given);
          await delay(3200);
          return kept;
        },
        compareAndSet: () => Promise.resolve(false),
      },
    });
    const { manager } = late.invitations;
    for (const call of [
      () => manager.restore(id),
      () => manager.edit(id, { expires: '3d' }),
      () => manager.send({ email: ann }),
    ])
      await assert.rejects(call(), { code: 'ERR_ENROLLMENT_STORE_AWAY' });
    assert.deepEqual(
      (await manager.list({})).items.filter(({ bound, state }) => bound === ann && state !== 'revoked'),
      [],
    );
  });
});
