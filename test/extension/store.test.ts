import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { EphemeralStore } from '../../lib/ports.js';
import { ephemeralStoreContract } from '../../lib/testing/index.js';
import { fakeClock } from '../../lib/testing/fake-clock.js';
import { definePolicy, defineFlow, deny, promptStage, text } from '../../lib/index.js';
import { openTestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

/** A third-party store, in one function. */
function ownEphemeralStore(now: () => number): EphemeralStore & { readonly kept: ReadonlyMap<string, unknown> } {
  const kept = new Map<string, { readonly value: string; readonly until: number }>();
  const valueOf = (key: string): string | null => {
    const found = kept.get(key);
    return found === undefined || found.until <= now() ? null : found.value;
  };
  const set = (key: string, value: string, ttlSeconds: number): void =>
    void kept.set(key, { value, until: now() + ttlSeconds * 1000 });
  return {
    kept,
    set: (key, value, ttlSeconds) => Promise.resolve(set(key, value, ttlSeconds)),
    setIfAbsent(key, value, ttlSeconds) {
      if (valueOf(key) === null) set(key, value, ttlSeconds);
      return Promise.resolve(valueOf(key) ?? value);
    },
    peek: (key) => Promise.resolve(valueOf(key)),
    take(key) {
      const value = valueOf(key);
      kept.delete(key);
      return Promise.resolve(value);
    },
    compareAndSet(key, expected, next) {
      if (valueOf(key) !== expected) return Promise.resolve(false);
      if (next === null) kept.delete(key);
      else set(key, next.value, next.ttlSeconds);
      return Promise.resolve(true);
    },
  };
}

describe('a store from outside', () => {
  const contract = ephemeralStoreContract(() => {
    const clock = fakeClock();
    return Promise.resolve({
      ephemeralStore: ownEphemeralStore(() => clock.now()),
      advance: async (milliseconds) => {
        clock.advance(milliseconds);
      },
    });
  });
  for (const { title, run } of contract) it(title, run);

  it('is used through the option stores', async () => {
    const ephemeral = ownEphemeralStore(Date.now);
    const remembers = definePolicy({
      name: 'remembers',
      fields: ['word'],
      consumes: ['word'],
      async check({ services }) {
        await services.ephemeralStore.set('word', 'velvet', 60);
        return true;
      },
    });
    const flow = defineFlow({
      slug: 'club',
      title: 'Club',
      designation: 'authorization',
      stages: [
        promptStage({ name: 'word', prompts: [text({ key: 'word', label: 'Word' })], validation: [remembers] }),
        deny({ name: 'deny' }),
      ],
    });
    const testApp = await openTestApp({ flows: [flow], stores: { ephemeral } });
    const visitor = new Visitor(testApp);
    await visitor.open();
    await visitor.submit({ word: 'silk' });
    await testApp.close();
    assert.deepEqual([...ephemeral.kept.keys()], ['app:word']);
  });
});
