import assert from 'node:assert/strict';
import type { HostileProvider } from '../hostile-provider.js';
import { form, forms } from '../html-form.js';
import { RawClient, type RawAnswer } from '../raw-client.js';

export const gatePath = '/if/flow/no-access-yet/';

/** A user with one browser, who signs in at the provider. */
export class SsoPerson {
  readonly name: string;
  readonly client: RawClient;
  readonly #provider: HostileProvider;

  constructor(url: string, provider: HostileProvider, name: string) {
    this.name = name;
    this.client = new RawClient(url);
    this.#provider = provider;
  }

  /** The callback URL to which the provider redirects the browser. */
  async recognized(): Promise<string> {
    const away = await this.client.get('/source/acme/login');
    assert.equal(away.status, 303, away.text);
    return this.answered(away);
  }

  answered({ location }: RawAnswer): string {
    return `/source/acme/callback?${this.#provider.answer(new URL(location)).toString()}`;
  }

  /** Makes this person the provider's current user. */
  arrive(): void {
    const { name } = this;
    const email = `${name}@example.com`;
    this.#provider.person = { sub: name, preferred_username: name, email, email_verified: true };
  }

  async signIn(): Promise<RawAnswer> {
    this.arrive();
    const back = await this.client.get(await this.recognized());
    assert.equal(back.status, 303, back.text);
    return back;
  }

  /** The form of the gate's current page, or null when it has none. */
  async page(): Promise<{ readonly hidden: Readonly<Record<string, string>>; readonly asksCode: boolean } | null> {
    const { status, text } = await this.client.get(gatePath);
    if (status !== 200 || forms(text).length === 0) return null;
    const { hidden, controls } = form(text);
    return { hidden, asksCode: controls.some(({ name }) => name === 'invite_code') };
  }

  /** Completes the remaining pages of the gate, beginning at the provider if no identity is known. Bounded. */
  async goOn(code: string): Promise<void> {
    for (let turn = 0; turn < 4 && (await this.me()) === null; turn += 1) {
      const page = await this.page();
      if (page === null) await this.signIn();
      else await this.client.post(gatePath, { ...page.hidden, ...(page.asksCode ? { invite_code: code } : {}) });
    }
  }

  async me(): Promise<string | null> {
    const { text } = await this.client.get('/me');
    return (JSON.parse(text) as { username?: string } | null)?.username ?? null;
  }
}
