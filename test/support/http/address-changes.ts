import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import type { Mail } from '../../../lib/ports/mailer.js';
import type { MemoryMailer } from '../../../lib/testing/memory-mailer.js';
import type { TestApp } from './test-app.js';
import { Visitor } from './visitor.js';

export const undoPage = '/if/flow/undo-address-change/';

interface AddressChanges {
  /** The newest mail of a kind to an address, once there is one. */
  mailAt(to: string, kind: string): Promise<Mail>;
  /** The code of the newest mail to an address, of a kind where one is given. */
  codeAt(to: string, kind?: string): Promise<string>;
  /** Types a new address, as far as the page that asks for the code. */
  type(by: Visitor, email: string): Promise<void>;
  /** The same, and reads the code. */
  ask(by: Visitor, email: string): Promise<string>;
  /** The same, and enters it. */
  change(by: Visitor, email: string): Promise<void>;
  /** The path of the link that undoes a change, from the mail to the former address. */
  undoLinkAt(to: string): Promise<string>;
  /** Opens the link, as far as its page. */
  openUndo(link: string, by?: Visitor): Promise<Visitor>;
}

/** How an account's address is changed by its pages, and what its mails bring. `fields`: what else the page asks. */
export function addressChanges(parts: {
  readonly app: () => TestApp;
  readonly mailer: MemoryMailer;
  readonly fields?: () => Promise<Record<string, string>>;
}): AddressChanges {
  const { app, mailer, fields = () => Promise.resolve({}) } = parts;

  async function mailAt(to: string, kind: string): Promise<Mail> {
    for (let times = 0; times < 500; times += 1) {
      const found = mailer.mails.findLast((mail) => mail.to === to && mail.kind === kind);
      if (found !== undefined) return found;
      await delay(10);
    }
    assert.fail(`no ${kind} to ${to}`);
  }

  async function codeAt(to: string, kind?: string): Promise<string> {
    const mail = await (kind === undefined ? mailer.next(to) : mailAt(to, kind));
    const code = mailer.codeIn(mail) ?? assert.fail(`no code to ${to}`);
    app().canaries.add(code);
    return code;
  }

  async function type(by: Visitor, email: string): Promise<void> {
    await by.open('/if/flow/account-profile/');
    await by.follow(await by.submit({ ...(await fields()), email }));
  }

  async function ask(by: Visitor, email: string): Promise<string> {
    await type(by, email);
    return codeAt(email, 'ticket_change_email');
  }

  return {
    mailAt,
    codeAt,
    type,
    ask,

    async change(by, email) {
      const answer = await by.submit({ code: await ask(by, email) });
      assert.equal(answer.status, 303, answer.text);
    },

    async undoLinkAt(to) {
      const { origin, pathname, search } = new URL(mailer.linkIn(await mailAt(to, 'address_change_undo')) ?? '');
      assert.deepEqual([origin, pathname], [app().url, undoPage]);
      app().canaries.add(search.slice('?flow_token='.length));
      return pathname + search;
    },

    async openUndo(link, by = new Visitor(app())) {
      const { status, location } = await by.client.get(link);
      assert.deepEqual([status, location], [303, undoPage], 'the token does not stay in the address');
      await by.open(undoPage);
      return by;
    },
  };
}
