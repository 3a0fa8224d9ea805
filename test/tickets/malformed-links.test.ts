import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { systemClock } from '../../lib/base/clock.js';
import { setPasswordFlow } from '../../lib/flows.js';
import type { TicketStore } from '../../lib/ports.js';
import { createMemoryTicketLists } from '../../lib/stores/memory/ticket-lists.js';
import { createTicketStore } from '../../lib/stores/tickets/ticket-store.js';
import { member } from '../support/http/sign-in-app.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

const opens = '/if/flow/set-password/-/ticket';

describe('a link whose ticket has the wrong shape', () => {
  let testApp: TestApp;
  let lookUps = 0;
  let own = '';
  before(async () => {
    const store = createTicketStore(createMemoryTicketLists({ clock: systemClock }));
    const tickets: TicketStore = {
      ...store,
      read(subject, id) {
        lookUps += 1;
        return store.read(subject, id);
      },
    };
    testApp = await openTestApp({ stores: { tickets }, flows: [setPasswordFlow({ slug: 'set-password' })] });
    const { id: user } = await member(testApp, 'ann');
    const { url } = await testApp.enrollment.tickets.create({ user }, { purpose: 'invite' });
    own = new URL(url).searchParams.get('ticket') ?? '';
  });
  after(() => testApp.close());

  async function shown(query: string): Promise<string> {
    const answer = await new Visitor(testApp).open(`${opens}${query}`);
    assert.equal(answer.status, 403, query);
    return answer.text.replaceAll(/value="[^"]*"/g, '');
  }

  it('T-REC-06: empty, missing, a list, short or long: as unknown, without a look-up; of several the first counts', async () => {
    const [subject = ''] = own.split('.');
    const wrong = [
      ...['', '?ticket=', '?ticket', `?ticket=${subject}`, `?ticket=${own.slice(0, -1)}`, `?ticket=${own}A`],
      ...[
        `?ticket=${'A'.repeat(5000)}`,
        `?ticket=&ticket=${own}`,
        `?ticket=short&ticket=${own}`,
        `?ticket[]=${own}`,
        `?ticket[a]=${own}`,
      ],
      ...['?ticket=null', '?ticket=0', '?ticket=%00', `?ticket=${subject}.${encodeURIComponent('é'.repeat(32))}`],
    ];
    lookUps = 0;
    const pages = [];
    for (const query of wrong) pages.push(await shown(query));
    assert.equal(lookUps, 0);
    const unknown = await shown(`?ticket=${subject}.${'A'.repeat(32)}`);
    assert.notEqual(lookUps, 0);
    for (const [index, page] of pages.entries()) assert.equal(page, unknown, wrong[index]);
    assert.equal((await new Visitor(testApp).open(`${opens}?ticket=${own}`)).status, 200);
  });
});
