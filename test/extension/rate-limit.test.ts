import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import {
  defineFlow,
  defineMessages,
  definePolicy,
  deny,
  promptStage,
  text,
  userLogin,
  userWrite,
  inviteCode,
  inviteCodePrompt,
  username,
} from '../../lib/index.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

const own = defineMessages({
  'pin.wrong': 'This is not the word of the day.',
  'pin.often': 'Too many tries. Wait {minutes} min.',
});

/** Three tries in ten minutes from one address; the right word admits the visitor. */
const wordOfTheDay = definePolicy({
  name: 'word-of-the-day',
  fields: ['word'],
  consumes: ['word'],
  messages: own.texts,
  async check({ answers, facts, services: { rateLimiter, ephemeralStore } }) {
    const { taken, endsInSeconds } = await rateLimiter.consume(`word:${facts.address}`, 600);
    if (taken > 3) {
      const messages = [own.message('pin.often', { minutes: Math.ceil(endsInSeconds / 60) })];
      return { pass: false, messages, retryAfterSeconds: endsInSeconds };
    }
    await ephemeralStore.setIfAbsent('word:today', 'velvet', 3600);
    if (answers['word'] !== 'velvet' || (await ephemeralStore.take('word:today')) === null)
      return own.message('pin.wrong');
    await rateLimiter.reward(`word:${facts.address}`, 600);
    return true;
  },
});

const flow = defineFlow({
  slug: 'club',
  title: 'Club',
  designation: 'enrollment',
  stages: [
    promptStage({
      name: 'word',
      prompts: [text({ key: 'word', label: 'Word of the day' })],
      validation: [wordOfTheDay],
    }),
    promptStage({
      name: 'code',
      prompts: [inviteCodePrompt(), username({ key: 'username', label: 'Username' })],
      validation: [inviteCode()],
    }),
    userWrite({ name: 'write' }),
    userLogin({ name: 'login' }),
  ],
  insertable: [deny({ name: 'deny' })],
});

describe('a policy from outside with a rate limit and a one-time value', () => {
  let testApp: TestApp;
  afterEach(() => testApp.close());

  it('counts wrong tries, and answers 429 after the third', async () => {
    testApp = await openTestApp({ flows: [flow] });
    const visitor = new Visitor(testApp);
    await visitor.open();
    for (let times = 0; times < 3; times += 1) {
      const wrong = await visitor.submit({ word: 'silk' });
      assert.equal(wrong.status, 422);
      assert.match(wrong.text, /This is not the word of the day\./);
    }
    const over = await visitor.submit({ word: 'velvet' });
    assert.equal(over.status, 429);
    assert.match(over.text, /Too many tries\. Wait 10 min\./);
    assert.equal(over.headers['retry-after'], '600');
  });

  it('gives a right try back, and takes the value once', async () => {
    testApp = await openTestApp({ flows: [flow] });
    for (let times = 0; times < 5; times += 1) {
      const visitor = new Visitor(testApp);
      await visitor.open();
      assert.equal((await visitor.submit({ word: 'velvet' })).status, 303);
    }
  });
});
