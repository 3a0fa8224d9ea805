import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { after, before, beforeEach, describe, it } from 'mocha';
import { hCaptcha } from '../../lib/captcha/h-captcha.js';
import { reCaptcha } from '../../lib/captcha/re-captcha.js';
import { turnstile } from '../../lib/captcha/turnstile.js';
import type { HostedCaptchaSettings } from '../../lib/captcha/hosted-settings.js';
import type { Captcha, CaptchaAnswer, CaptchaForm } from '../../lib/ports/captcha.js';
import { captchaScene } from '../support/captcha/captcha-scene.js';
import { json, siteVerifyApi, type SiteVerifyApi } from '../support/captcha/site-verify-api.js';

const secretKey = 'canary-of-the-secret-key';
const passed = { type: 'passed', score: null, verified: true };
const wrong = { type: 'failed', cause: 'wrong' };
const expired = { type: 'failed', cause: 'expired' };
const away = { code: 'ERR_ENROLLMENT_CAPTCHA_AWAY', status: 503 };

describe('captchas of other sites', () => {
  let api: SiteVerifyApi;
  let scene: ReturnType<typeof captchaScene>;
  before(async () => {
    api = await siteVerifyApi();
  });
  after(() => api.close());
  beforeEach(() => {
    scene = captchaScene();
    api.asked.length = 0;
  });

  const keys = (more: Partial<HostedCaptchaSettings> = {}): HostedCaptchaSettings => ({
    siteKey: 'site-1',
    secretKey,
    timeoutMs: 500,
    fetch: (url, init) => api.fetch(url, init),
    ...more,
  });
  const verify = (
    captcha: Captcha,
    answer = 'token-1',
    more: Partial<CaptchaForm & { posted: string }> = {},
  ): Promise<CaptchaAnswer> => captcha.verify(answer, scene.form(more), scene.services);

  const makers = {
    turnstile: (more?: Partial<HostedCaptchaSettings>) => turnstile(keys(more)),
    hCaptcha: (more?: Partial<HostedCaptchaSettings>) => hCaptcha(keys(more)),
    reCaptcha_v2: (more?: Partial<HostedCaptchaSettings>) => reCaptcha({ ...keys(more), version: 'v2' }),
    reCaptcha_v3: (more?: Partial<HostedCaptchaSettings>) => reCaptcha({ ...keys(more), version: 'v3' }),
  };
  const urls = {
    turnstile: 'https://challenges.cloudflare.com/turnstile/v0/siteverify',
    hCaptcha: 'https://api.hcaptcha.com/siteverify',
    reCaptcha_v2: 'https://www.google.com/recaptcha/api/siteverify',
    reCaptcha_v3: 'https://www.google.com/recaptcha/api/siteverify',
  };

  /** What the provider answers to a right answer of this form. */
  const right = async (captcha: Captcha): Promise<Record<string, unknown>> => {
    const { widget } = await captcha.challenge(scene.form(), scene.services);
    const { cdata } = (widget as { data?: { cdata?: string } } | undefined)?.data ?? {};
    const base = { success: true, hostname: 'app.example', challenge_ts: '2026-06-01T00:00:00Z' };
    if (captcha.type === 'recaptcha_v3') return { ...base, score: 0.9, action: 'sign_in' };
    return captcha.type === 'turnstile' ? { ...base, action: 'sign_in', cdata } : base;
  };

  for (const [name, made] of Object.entries(makers)) {
    describe(name, () => {
      it('accepts an answer that its provider calls right, once', async () => {
        const captcha = made();
        const answer = await right(captcha);
        api.answer = json(answer);
        const accepted = { ...passed, score: answer['score'] ?? null };
        assert.deepEqual(await verify(captcha), accepted);
        assert.deepEqual(api.asked, [
          { url: urls[name as keyof typeof urls], fields: { secret: secretKey, response: 'token-1' } },
        ]);
        assert.deepEqual(await verify(captcha), accepted, 'the second of two clicks');
        assert.deepEqual(await verify(captcha, 'token-1', { posted: 'form-2' }), expired);
        assert.deepEqual(await verify(captcha, 'token-2', { posted: 'form-2' }), accepted);
      });

      for (const [title, more, expected] of [
        ['a failure', { success: false, 'error-codes': ['invalid-input-response'] }, wrong],
        ['one used before', { success: false, 'error-codes': ['timeout-or-duplicate'] }, expired],
        ['success as a text', { success: 'true' }, wrong],
        ['success as a number', { success: 1 }, wrong],
        ['no success', { success: undefined }, wrong],
        ['another host', { hostname: 'evil.example' }, wrong],
        ['a host that only begins alike', { hostname: 'app.example.evil.example' }, wrong],
        ['no host', { hostname: undefined }, wrong],
        ['a host that is no text', { hostname: ['app.example'] }, wrong],
      ] as const)
        it(`refuses ${title}`, async () => {
          const captcha = made();
          api.answer = json({ ...(await right(captcha)), ...more });
          assert.deepEqual(await verify(captcha), expected);
        });

      for (const [title, answer] of [
        ['an error of the server', json({ success: true, hostname: 'app.example' }, 500)],
        ['too many requests', json({ success: false }, 429)],
        ['no JSON', json('<html>')],
        ['a list', json([true])],
        ['nothing', json('')],
        ['too much', json({ success: true, hostname: 'app.example', more: 'x'.repeat(70_000) })],
        ['a redirect', (res: ServerResponse) => res.writeHead(302, { Location: '/' }).end()],
        ['no answer in time', () => undefined],
        ['a broken connection', (res: ServerResponse) => res.destroy()],
        ['a refusal of its keys', json({ success: false, 'error-codes': ['invalid-input-secret'] })],
      ] as const)
        it(`is unavailable for ${title}`, async () => {
          api.answer = answer;
          await assert.rejects(() => verify(made({ timeoutMs: 100 })), away);
          assert.ok(!scene.lines.join('\n').includes(secretKey));
        });

      it('accepts forms without it while the provider is away, where that is set, and says so in the log', async () => {
        const captcha = made({ onFailure: 'accept', timeoutMs: 100 });
        api.answer = (res) => void res.destroy();
        assert.deepEqual(await verify(captcha), { type: 'passed', score: null, verified: false });
        assert.match(scene.lines.join('\n'), /a form was accepted without its captcha/);
        api.answer = json({ success: false });
        assert.deepEqual(await verify(captcha), wrong);
        api.answer = json({ success: false, 'error-codes': ['invalid-input-secret'] });
        await assert.rejects(() => verify(captcha), away, 'wrong keys are no outage');
        assert.ok(!scene.lines.join('\n').includes(secretKey));
      });

      it('does not ask about an answer that no provider makes', async () => {
        for (const answer of ['', ' ', 'a b', 'a&secret=x', 'a\r\nb', 'ä'])
          assert.deepEqual(await verify(made(), answer), wrong);
        assert.deepEqual(api.asked, []);
      });

      it('sends the address of the client only where that is set and it is one', async () => {
        api.answer = json({ success: false });
        await verify(made({ remoteIp: true }), 't1');
        await verify(made({ remoteIp: true }), 't2', { address: '2001:db8::/64' });
        await verify(made(), 't3');
        assert.deepEqual(
          api.asked.map(({ fields }) => fields['remoteip'] ?? null),
          ['192.0.2.1', null, null],
        );
      });

      it('accepts the hosts that are set, or any', async () => {
        const answer = { ...(await right(made())), hostname: 'Other.example' };
        api.answer = json(answer);
        const type = async (hostnames: HostedCaptchaSettings['hostnames'], token: string): Promise<string> =>
          (await verify(made(hostnames === undefined ? {} : { hostnames }), token)).type;
        assert.equal(await type(undefined, 'a'), 'failed');
        assert.equal(await type(['third.example', 'other.example'], 'b'), 'passed');
        assert.equal(await type('any', 'c'), 'passed');
      });

      it('loads its script from fixed addresses that its policy allows', async () => {
        const captcha = made();
        const { js_url, site_key } = await captcha.challenge(scene.form(), scene.services);
        assert.equal(site_key, 'site-1');
        const { origin, protocol } = new URL(js_url ?? '');
        assert.equal(protocol, 'https:');
        const allowed = captcha.contentSecurityPolicy?.scriptSrc ?? [];
        assert.ok(
          allowed.some((source) => origin.endsWith(new URL(source.replace('*.', '')).host)),
          `${origin} ${allowed.join(' ')}`,
        );
      });
    });
  }

  it('Turnstile refuses the answer of another flow or form', async () => {
    const captcha = makers.turnstile();
    const answer = await right(captcha);
    for (const more of [{ action: 'recovery' }, { cdata: 'other' }, { cdata: undefined }]) {
      api.answer = json({ ...answer, ...more });
      assert.deepEqual(await verify(captcha), wrong, JSON.stringify(more));
    }
  });

  describe('reCAPTCHA v3', () => {
    const scored = async (
      score: unknown,
      more: Partial<Parameters<typeof reCaptcha>[0]> = {},
      action = 'sign_in',
    ): Promise<CaptchaAnswer> => {
      api.answer = json({ success: true, hostname: 'app.example', action, score });
      return verify(reCaptcha({ ...keys(), version: 'v3', ...more }), `t-${Math.random().toString(36).slice(2)}`);
    };

    for (const [score, more, type] of [
      [0.5, {}, 'passed'],
      [0.49, {}, 'failed'],
      [1, {}, 'passed'],
      [0, { scoreMinThreshold: 0 }, 'passed'],
      [0, { scoreMinThreshold: -1 }, 'passed'],
      [0.9, { scoreMaxThreshold: 0.8 }, 'failed'],
      [0.9, { scoreMaxThreshold: -1 }, 'passed'],
      [0.1, { errorOnInvalidScore: false }, 'passed'],
      ['0.9', {}, 'failed'],
      [undefined, { errorOnInvalidScore: false }, 'failed'],
      [Number.NaN, { scoreMinThreshold: -1, scoreMaxThreshold: -1 }, 'failed'],
    ] as const)
      it(`${String(score)} ${type} with ${JSON.stringify(more)}`, async () => {
        const answer = await scored(score, more);
        assert.equal(answer.type, type);
        if (answer.type === 'passed') assert.equal(answer.score, score);
      });

    it('refuses the answer of another action, whatever its score', async () => {
      assert.deepEqual(await scored(1, {}, 'homepage'), wrong);
      assert.deepEqual(await scored(1, { errorOnInvalidScore: false }, 'homepage'), wrong);
    });
  });

  it('names every wrong setting, and no secret', () => {
    const issuesOf = (make: () => unknown): readonly string[] => {
      try {
        make();
        return [];
      } catch (error) {
        assert.ok(!JSON.stringify(error, Object.getOwnPropertyNames(error)).includes(secretKey));
        return (error as { issues: readonly string[] }).issues;
      }
    };
    const slips = {
      siteKey: 'a"b',
      secretKey: '',
      hostnames: [],
      onFailure: 'pass',
      timeoutMs: 1,
      js_url: 'https://x',
    };
    assert.equal(issuesOf(() => turnstile(slips as never)).length, 6);
    assert.equal(issuesOf(() => hCaptcha(slips as never)).length, 6);
    assert.equal(issuesOf(() => reCaptcha({ ...slips, scoreMinThreshold: 2 } as never)).length, 8);
    const [issue] = issuesOf(() =>
      turnstile({ siteKey: 's', secretKey, js_url: 'https://evil.example/x.js' } as never),
    );
    assert.match(issue ?? '', /^turnstile: "js_url" is not allowed/);
  });
});
