import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { english } from '../../lib/base/texts/english.js';
import {
  createEnrollment,
  defineFlow,
  defineMessages,
  inviteCode,
  inviteCodePrompt,
  isEnrollmentError,
  promptStage,
  userLogin,
  username,
  userWrite,
  waitlistFlow,
  type EnrollmentOptions,
  type Messages,
  type MemoryUser,
} from '../../lib/index.js';
import { Caller, openGuardApp, said } from '../support/guards/guard-app.js';
import { openTestApp, type TestApp, type TestAppOptions } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

/** The app's own sentences; `club.footer` is in a template only. */
const own = defineMessages({ 'club.nickname': 'Nickname', 'club.footer': 'Club {name}' });

/** A language, in one file. */
const de: Messages = {
  'flow.invite.title': 'Mit Einladung registrieren',
  'form.submit': 'Weiter',
  'guard.required': 'Gib deinen Einladungscode ein.',
  'invitation.unknown': 'Diesen Code gibt es nicht.',
  'prompt.invite_code.blank': 'Bitte gib deinen Einladungscode ein.',
  'flow.invite.code': 'Einladungscode',
  'club.nickname': 'Spitzname',
  'club.footer': 'Verein {name}',
};

const club = defineFlow({
  slug: 'club',
  title: 'Club',
  designation: 'enrollment',
  stages: [
    promptStage({
      name: 'code',
      prompts: [inviteCodePrompt(), username({ key: 'username', label: own.message('club.nickname') })],
      validation: [inviteCode()],
    }),
    userWrite({ name: 'write' }),
    userLogin({ name: 'login' }),
  ],
});

const languages = { de, pt: { 'form.submit': 'Continuar', 'flow.invite.title': 'Registo com convite' } };

describe('a language from outside, in one file', () => {
  let testApp: TestApp;
  afterEach(() => testApp.close());

  const open = async (options: TestAppOptions): Promise<void> => {
    testApp = await openTestApp({ ownMessages: own.texts, ...options });
  };
  const read = async (accepted: string, path = testApp.page): Promise<string> => {
    const answer = await new Visitor(testApp).client.get(path, { 'Accept-Language': accepted });
    return answer.text;
  };
  /** The language of the page, and the words on its button. */
  const seen = async (accepted: string): Promise<readonly (string | undefined)[]> => {
    const html = await read(accepted);
    return [/<html lang="([^"]*)"/.exec(html)?.[1], /<button[^>]*>([^<]*)</.exec(html)?.[1]];
  };

  it('is shown to the visitors for whom the app chooses it', async () => {
    await open({ messages: languages, locale: (req) => req.get('X-Language') });
    const visitor = new Visitor(testApp);
    const german = { 'X-Language': 'de-AT' };
    const page = await visitor.get(testApp.page, german);
    assert.match(page.text, /<html lang="de" dir="ltr">/);
    assert.match(page.text, /Mit Einladung registrieren/);
    assert.match(page.text, />Weiter</);
    const refused = await visitor.submit({ invite_code: '' }, german);
    assert.match(refused.text, /Bitte gib deinen Einladungscode ein\./);
    assert.match(await read(''), /<html lang="en" dir="ltr">[^]*Continue</);
  });

  it('is the browser’s choice where the app makes none', async () => {
    await open({ messages: languages });
    assert.deepEqual(await seen('fr, de;q=0.8, en;q=0.5'), ['de', 'Weiter']);
    assert.deepEqual(await seen('en-GB, de;q=0.8'), ['en', 'Continue']);
    assert.deepEqual(await seen('fr'), ['en', 'Continue']);
    assert.deepEqual(await seen('*'), ['en', 'Continue']);
  });

  it('is looked for among the first fifty languages that a browser accepts', async () => {
    await open({ messages: languages });
    const others = (count: number): string => Array.from({ length: count }, (_, index) => `it-x${index}`).join(',');
    assert.deepEqual(await seen(`${others(49)},de`), ['de', 'Weiter']);
    assert.deepEqual(await seen(`${others(50)},de`), ['en', 'Continue']);
  });

  it('may be the only one', async () => {
    await open({ messages: languages, locale: 'de' });
    assert.deepEqual(await seen('en'), ['de', 'Weiter']);
  });

  it('may be that of the replaced default texts, as defaultLocale declares', async () => {
    const words = { 'form.submit': 'Weiter', pt: languages.pt };
    await open({ messages: words, defaultLocale: 'de' });
    assert.deepEqual(await seen('de-AT, pt;q=0.8'), ['de', 'Weiter']);
    assert.deepEqual(await seen('en, pt;q=0.8'), ['pt', 'Continuar']);
    assert.deepEqual(await seen('fr, en;q=0.8'), ['de', 'Weiter']);
    await testApp.close();
    await open({ messages: { 'form.submit': 'Weiter' }, defaultLocale: 'de', locale: () => 'fr' });
    assert.deepEqual(await seen('fr'), ['de', 'Weiter']);
    await testApp.close();
    await open({ messages: { 'form.submit': 'Weiter' }, defaultLocale: 'de' });
    assert.deepEqual(await seen('en'), ['de', 'Weiter']);
  });

  it('is the default one, under its own tag, where the function returns an unknown one', async () => {
    await open({ messages: { de }, defaultLocale: 'de', locale: () => 'xx' });
    assert.deepEqual(await seen('fr'), ['de', 'Weiter']);
  });

  it('falls back from nl-BE to nl, sentence by sentence, and then to the default texts', async () => {
    const nl = { 'form.submit': 'Verder', 'flow.invite.title': 'Registreren' };
    await open({ messages: { nl, 'nl-BE': { 'flow.invite.title': 'Inschrijven' }, 'flow.invite.code': 'The code' } });
    assert.deepEqual(await seen('nl-be-x-vls'), ['nl-BE', 'Verder']);
    assert.deepEqual(await seen('NL-NL'), ['nl', 'Verder']);
    assert.match(await read('nl-BE'), /<h1[^>]*>Inschrijven<[^]*The code/);
  });

  it('may contain sentences without a default text: the log names them, in development', async () => {
    const messages = { de: { 'club.closing': 'Bis {day}.' }, 'club.motto': 'Read', nl: { 'club.motto': 'Lees' } };
    for (const ownMessages of [{}, { 'club.closing': 'Until {day}.' }]) {
      await open({ messages, ownMessages });
      const warnings = testApp.log.filter(({ fields }) => fields['code'] === 'WARN_MESSAGES');
      assert.deepEqual(
        warnings.map(({ fields }) => fields['ids']),
        'club.closing' in ownMessages ? [] : [['club.closing']],
      );
      await testApp.close();
    }
    await open({});
  });

  it('may leave out values of the default texts: the log names them, in development', async () => {
    const reference = 'Please write to us.';
    await open({
      messages: {
        'page.reference': reference,
        'page.title': '{page}',
        'form.submit': 'Go',
        de: { 'page.reference': 'Nummer {reference}', 'page.step': '{current, number}. Schritt' },
      },
    });
    const warnings = testApp.log.filter(({ fields }) => fields['code'] === 'WARN_MESSAGES');
    assert.deepEqual(
      warnings.map(({ text }) => text.split('\n').slice(1)),
      [['  - "messages.page.reference" leaves out {reference}', '  - "messages.de.page.step" leaves out {total}']],
    );
  });

  it('replaces single sentences of a language that ships: the others stay', async () => {
    await open({ messages: { de: { 'form.submit': 'Los' } } });
    assert.deepEqual(await seen('de'), ['de', 'Los']);
    assert.match(await read('de'), /Mit Einladung registrieren[^]*Einladungscode/);
  });

  it('is written from right to left where its script is', async () => {
    await open({ messages: { ar: { 'form.submit': 'متابعة' } } });
    assert.match(await read('ar-EG'), /<html lang="ar" dir="rtl">/);
  });

  it('is that of the error pages, and reaches stages and the waitlist', async () => {
    await open({ flows: [waitlistFlow({ slug: 'wait' })], messages: languages });
    assert.match(await read('de', '/if/flow/none/'), /<html lang="de"/);
    const visitor = new Visitor(testApp);
    await visitor.open();
    await visitor.submit({ email: 'ann@example.com' }, { 'Accept-Language': 'de-CH' });
    const [entry] = await testApp.enrollment.waitlist.list();
    assert.equal(entry?.locale, 'de');
  });

  it('may contain every sentence of the kit and of ownMessages, whether or not a flow uses them', async () => {
    const complete: Required<Messages> = { ...english, ...own.texts, ...de };
    await open({ flows: [club], messages: { de: complete } });
    assert.match(await read('de'), /<label[^>]*>Spitzname/);
    assert.match(await read('en'), /<label[^>]*>Nickname/);
  });

  it('never breaks a page: a function that fails is logged once, and the browser chooses', async () => {
    const results: Readonly<Record<string, () => unknown>> = {
      throws: () => {
        throw new Error('no language today');
      },
      rejects: () => Promise.reject(new Error('no language today')),
      number: () => 7,
      header: () => 'de\r\nSet-Cookie: a=b',
      long: () => 'de'.repeat(10_000),
      markup: () => '"><script>',
    };
    const unhandled: unknown[] = [];
    const note = (reason: unknown): void => void unhandled.push(reason);
    process.on('unhandledRejection', note);
    const reasons: Readonly<Record<string, string>> = {
      throws: 'no language today',
      rejects:
        'it returned a promise: a page does not wait; await the language in a middleware, and read it from the request',
    };
    for (const [name, result] of Object.entries(results)) {
      const locale = result as () => string;
      await testApp.close();
      await open({ messages: languages, locale });
      for (const path of [testApp.page, testApp.page, '/if/flow/none/'])
        assert.match(await read('de', path), /<html lang="de" dir="ltr">/);
      const lines = testApp.log.filter(({ level }) => level === 'error');
      assert.deepEqual(
        lines.map(({ text: line }) => line),
        [
          `the option locale failed: ${reasons[name] ?? 'it returned neither a language tag nor a list of them'}; the browser decides, and further failures are not logged`,
        ],
      );
    }
    process.off('unhandledRejection', note);
    assert.deepEqual(unhandled, []);
  });

  it('is not chosen, and nothing is logged, where the function has no opinion', async () => {
    await open({ messages: languages, locale: (req) => req.acceptsLanguages('de', 'fr') });
    assert.deepEqual(await seen('it'), ['en', 'Continue']);
    assert.deepEqual(await seen('de'), ['de', 'Weiter']);
    assert.deepEqual(
      testApp.log.filter(({ level }) => level === 'error'),
      [],
    );
  });
});

describe('a language of a guarded signup', () => {
  for (const express of [5, 4] as const) {
    it(`is that of the refusals, for each visitor, on Express ${String(express)}`, async () => {
      const guardApp = await openGuardApp({ express, messages: languages, ownMessages: own.texts });
      try {
        const ask = async (code: string, accepted: string): Promise<unknown> => {
          const headers = { 'Accept-Language': accepted };
          return said(await new Caller(guardApp).client.post('/signup', { invite_code: code }, headers))['message'];
        };
        assert.equal(await ask('', 'de'), 'Gib deinen Einladungscode ein.');
        assert.equal(await ask('', 'en'), english['guard.required']);
        assert.equal(await ask('WRONG-WORD', 'de-CH'), 'Diesen Code gibt es nicht.');
        assert.equal(await ask('WRONG-WORD', 'fr'), english['invitation.unknown']);
      } finally {
        await guardApp.close();
      }
    });
  }
});

describe('mistakes in a language', () => {
  const issuesOf = (given: Partial<EnrollmentOptions<MemoryUser>>): readonly string[] => {
    try {
      createEnrollment({ baseUrl: 'http://localhost:3000', users: undefined, ...given });
      return [];
    } catch (error) {
      if (isEnrollmentError(error)) return error.issues;
      throw error;
    }
  };

  it('are reported at creation, all at once, each with its path', () => {
    const messages = {
      'form.submitt': 'Go',
      de: { 'form.submitt': 'Los', 'page.reference': 'Nr. {number}', 'club.nicknam': 'Spitzname', constructor: 'x' },
      de_AT: { 'form.submit': 'Los' },
      'de-x': {},
      deu: {},
      'pt-BR': {},
      'PT-br': {},
    };
    assert.deepEqual(issuesOf({ messages, ownMessages: own.texts }), [
      '"form.submitt": there is no such sentence; did you mean "form.submit"?',
      '"messages.de.form.submitt": there is no such sentence; did you mean "form.submit"?',
      '"messages.de.page.reference": there is no {number} here, only {reference}',
      '"messages.de.club.nicknam": there is no such sentence; did you mean "club.nickname"?',
      '"messages.de.constructor": there is no such sentence',
      '"messages.de_AT": must be a language tag such as de or pt-BR',
      '"messages.de-x": must be a language tag such as de or pt-BR',
      '"messages.deu": browsers ask for this language as "de": write that',
      '"messages.PT-br": is the same language as "pt-BR"',
    ]);
  });

  it('a default language that has no texts, with the one that was meant', () => {
    const ship = 'these ship with the kit: en, ar, de, es, fr, id, ja, pt-BR, zh-Hans';
    const none = (option: string, tag: string, meant = ''): readonly string[] => [
      `"${option}": there is no language "${tag}"${meant}; ${ship}; texts of another one belong into "messages"`,
    ];
    const meant = (tag: string): string => `; did you mean "${tag}"?`;
    assert.deepEqual(issuesOf({ defaultLocale: 'xx' }), none('defaultLocale', 'xx'));
    assert.deepEqual(issuesOf({ locale: 'xx' }), none('locale', 'xx'));
    assert.deepEqual(issuesOf({ locale: 'ger' }), none('locale', 'ger', meant('de')));
    assert.deepEqual(issuesOf({ defaultLocale: 'zh-CN' }), none('defaultLocale', 'zh-CN', meant('zh-Hans')));
    assert.deepEqual(issuesOf({ locale: 'pt' }), none('locale', 'pt', meant('pt-BR')));
    assert.deepEqual(issuesOf({ defaultLocale: 'xx', messages: { 'form.submit': 'x' } }), none('defaultLocale', 'xx'));
    assert.deepEqual(issuesOf({ defaultLocale: 'en', languages: ['en', 'de'], locale: 'fr' }), [
      '"locale": the language "fr" is not offered; see "languages"',
    ]);
  });

  it('no language of the app’s own, no tag of a country, and none of replaced texts', () => {
    const nl = { 'form.submit': 'Verder' };
    for (const good of [
      { defaultLocale: 'nl', messages: { nl } },
      { locale: 'nl-BE', messages: { nl } },
      { defaultLocale: 'nl', messages: nl },
      { defaultLocale: 'de-AT' },
      { locale: 'DE' },
      { defaultLocale: 'en', languages: ['en', 'zh-Hans'], locale: 'zh-CN' },
      { languages: ['de'] },
    ])
      assert.deepEqual(issuesOf(good), [], JSON.stringify(good));
  });

  it('of its form are reported with the other options', () => {
    const messages = { de: { 'form.submit': 7 } } as unknown as { de: Messages };
    assert.deepEqual(issuesOf({ messages, locale: 'english' }), [
      '"messages.de.form.submit" must be a string',
      '"locale" must be a language tag such as en or pt-BR',
    ]);
  });

  it('a sentence that a complete language leaves out does not compile', () => {
    // @ts-expect-error -- almost all sentences are missing
    const incomplete: Required<Messages> = { 'form.submit': 'Weiter' };
    assert.equal(Object.keys(incomplete).length, 1);
  });

  it('include misspelled ids of own sentences, but not those of another app in the process', () => {
    const messages = { 'club.footr': 'Verein {name}' };
    assert.deepEqual(issuesOf({ messages, ownMessages: own.texts }), [
      '"club.footr": there is no such sentence; did you mean "club.footer"?',
    ]);
    assert.deepEqual(issuesOf({ messages }), []);
  });
});
