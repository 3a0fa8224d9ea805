import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { compileFunction } from 'node:vm';
import { packageRoot } from '#package-root';
import express from 'express';
import { describe, it } from 'mocha';
import { Webhook } from 'standardwebhooks';
import { eventNames } from '../../lib/options/event-names.js';
import { webhookSecret } from '../support/webhook-receiver.js';
import { sampleEvents } from '../support/webhooks/sample-events.js';
import { scene } from '../support/webhooks/scene.js';

const docs = readFileSync(join(packageRoot, 'docs/events.md'), 'utf8');
const [, table = ''] = /## The events\n([^]*?)\n## /.exec(docs) ?? [];
const rows = new Map(
  [...table.matchAll(/^\| `([a-z._]+)`( [¹²³])?\s+\|[^|]*\|([^|]*)\|$/gm)].map(
    ([, name = '', mark = '', facts = '']) => [
      name,
      { mark: mark.trim(), facts: [...facts.matchAll(/`(\w+)`/g)].map(([, fact = '']) => fact) },
    ],
  ),
);

describe('docs/events.md', () => {
  it('has a row for every event', () => {
    assert.deepEqual([...rows.keys()].sort(), [...eventNames, 'delivery.dropped', 'delivery.failed'].sort());
  });

  it('F34: lists for each event exactly the facts of its type', () => {
    const typed = Object.values(sampleEvents).map(({ type, ...facts }) => [type, Object.keys(facts)] as const);
    const documented = [...rows].map(([name, { facts }]) => [name, facts] as const);
    assert.deepEqual(Object.fromEntries(documented), Object.fromEntries(typed));
  });

  it('marks what a webhook gets only if it is named', async () => {
    const { deliveries, outbox } = scene({ webhooks: [{ url: 'http://127.0.0.1:9/', secret: webhookSecret }] });
    for (const event of Object.values(sampleEvents)) {
      const { type: name } = event;
      const mark = rows.get(name)?.mark;
      if (mark === '³') continue;
      const before = (await outbox.counts()).waiting;
      deliveries.events(event);
      // Skips the batching delay.
      deliveries.finished({ user: name, invitation: null, flow: null, enrollment: name });
      const put = (await outbox.counts()).waiting - before - 1;
      assert.equal(put, mark === '' ? 1 : 0, name);
    }
    await deliveries.close();
  });

  it('has a working receiver: it accepts a signed delivery once, and refuses others', async () => {
    const [, sample = ''] = /```js\n([^]*?)```/.exec(docs) ?? [];
    const code = `${sample.replaceAll(/^import .*$/gm, '')}\nreturn app;`;
    const welcomed: unknown[] = [];
    const app: unknown = compileFunction(code, ['express', 'Webhook', 'process', 'welcome'])(
      express,
      Webhook,
      { env: { CRM_WEBHOOK_SECRET: webhookSecret } },
      (user: unknown) => welcomed.push(user),
    );
    const server = express()
      .use(app as RequestListener)
      .listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks/enrollment`;

    const at = scene({ webhooks: [{ url, secret: webhookSecret }] });
    at.deliveries.finished({ user: '7', invitation: null, flow: 'invite', enrollment: 'one' });
    await at.counts(0, 0);
    await at.deliveries.close();
    // A repeat, as after a lost answer.
    const again = scene({ webhooks: [{ url, secret: webhookSecret }] });
    again.deliveries.finished({ user: '7', invitation: null, flow: 'invite', enrollment: 'one' });
    await again.counts(0, 0);
    await again.deliveries.close();
    assert.deepEqual(welcomed, ['7']);

    const forged = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });
    assert.equal(forged.status, 401);
    server.close();
    server.closeAllConnections();
  });
});
