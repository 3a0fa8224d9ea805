import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { after, before, it } from 'mocha';
import { describeInCampaign } from '../support/campaign.js';
import { arm, openKilledMails, writesOf, type KilledMailsScene } from '../support/faults/killed-mails-scene.js';
import { invitationScenarios, type Scenario, type Subject } from '../support/faults/killed-mails-scenarios.js';
import { ticketScenarios } from '../support/faults/killed-tickets-scenarios.js';
import { waitUntil } from '../support/wait-until.js';

/** How long mails that must not be sent are waited for, in milliseconds. */
const quietMs = 8000;

interface Round {
  readonly one: Subject;
  /** The moment of the kill. */
  readonly at: string;
}

describeInCampaign('a server that is killed between two writes', () => {
  let scene: KilledMailsScene;
  let count = 0;
  before(async function () {
    this.timeout(60_000);
    scene = await openKilledMails();
  });
  after(() => scene.close());

  async function prepared(scenario: Scenario): Promise<Subject> {
    const name = `person-${String((count += 1))}`;
    const { id } = await scene.member(`inviter-of-${name}`);
    const one = { name, email: `${name}@example.com`, inviter: id, id: '', link: '', triedAt: 0 };
    await scenario.prepare?.(one);
    return one;
  }

  /** How many writes the request makes. */
  async function unkilled(scenario: Scenario): Promise<{ readonly round: Round; readonly writes: number }> {
    const whole = await scene.startDying();
    const one = await prepared(scenario);
    const send = await scenario.begin(one, whole);
    await arm(whole, null);
    await send();
    // What goes on after the answer.
    await pause(500);
    const writes = await writesOf(whole);
    await whole.stop();
    return { round: { one, at: `not killed: ${writes.join(', ')}` }, writes: writes.length };
  }

  async function killed(scenario: Scenario, write: number): Promise<Round> {
    const [dying, one] = await Promise.all([scene.startDying(), prepared(scenario)]);
    const send = await scenario.begin(one, dying);
    await arm(dying, write);
    await Promise.allSettled([send()]);
    assert.equal((await dying.ended).signal, 'SIGKILL');
    await scenario.again?.(one);
    return { one, at: /dies .*/.exec(dying.stdout())?.[0] ?? `before write ${String(write)}` };
  }

  async function healed(scenario: Scenario, rounds: readonly Round[], seconds: number): Promise<void> {
    for (const { one, at } of rounds) {
      let problem: unknown;
      await waitUntil(
        async () => {
          try {
            await scenario.check(one);
            return true;
          } catch (error) {
            problem = error;
            await pause(300);
            return undefined;
          }
        },
        () => `${one.name}, ${at}: ${problem instanceof Error ? problem.message : ''}`,
        seconds * 1000,
      );
    }
  }

  for (const scenario of [...invitationScenarios(() => scene), ...ticketScenarios(() => scene)]) {
    const { title, seconds = 75 } = scenario;
    it(title, async function () {
      this.timeout(1_200_000);
      const { round, writes } = await unkilled(scenario);
      const rounds = [round];
      for (let write = 0; write < writes; write += 1) rounds.push(await killed(scenario, write));
      await healed(scenario, rounds, seconds);
      await pause(quietMs);
      await healed(scenario, rounds, 0);
    });
  }
});
