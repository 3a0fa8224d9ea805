import assert from 'node:assert/strict';
import { connect } from 'node:net';
import type { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { Json } from '../../lib/base/json.js';
import { formDigest } from '../../lib/executor/form-digest.js';
import { defineFlow, promptStage, text, userLogin, username, userWrite, type Flow } from '../../lib/index.js';
import { file } from '../../lib/prompts.js';
import type { UploadedFile } from '../../lib/ports/uploads.js';
import { sampleAccount, sampleRedemption } from '../../lib/testing/contracts/sample-enrollment.js';
import { form } from '../support/html-form.js';
import { RawClient, type RawAnswer } from '../support/raw-client.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { waitUntil } from '../support/wait-until.js';

const boundary = 'x-boundary-x';
const type = `multipart/form-data; boundary=${boundary}`;

/** A part of a form: a file where it has a file name. */
type Part = readonly [name: string, value: string, filename?: string, mime?: string];

const body = (parts: readonly Part[]): string =>
  parts
    .map(([name, value, filename, mime = 'image/png']) =>
      filename === undefined
        ? `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
        : `--${boundary}\r\nContent-Disposition: form-data; name="${name}"; filename="${filename}"\r\nContent-Type: ${mime}\r\n\r\n${value}\r\n`,
    )
    .join('') + `--${boundary}--\r\n`;

describe('a form with a file', () => {
  let app: TestApp;
  let client: RawClient;
  let page: RawAnswer;
  let flow: Flow;
  let began: UploadedFile[] = [];
  const stored = new Map<string, string>();
  let discarded: Json[] = [];
  let accounts: unknown[] = [];
  let sink: (upload: UploadedFile) => Promise<{ value: Json } | { error: string }>;

  async function contentOf(stream: Readable): Promise<string> {
    let content = '';
    for await (const chunk of stream) content += String(chunk);
    return content;
  }

  beforeEach(async () => {
    began = [];
    stored.clear();
    discarded = [];
    accounts = [];
    sink = async ({ name, stream }) => {
      const id = `id-${String(stored.size + 1)}`;
      stored.set(id, await contentOf(stream));
      return { value: { id, name } };
    };
    const photo = file({
      key: 'attributes.photo',
      label: 'Photo',
      required: false,
      accept: ['image/*', '.pdf'],
      maxBytes: 100_000,
      store: (upload) => {
        began.push(upload);
        return sink(upload);
      },
      discard: (value) => void discarded.push(value),
    });
    flow = defineFlow({
      slug: 'join',
      title: 'Join',
      designation: 'enrollment',
      stages: [
        promptStage({ name: 'about', prompts: [photo, text({ key: 'attributes.team', label: 'Team' })] }),
        promptStage({ name: 'name', prompts: [username({ key: 'username', label: 'Username' })] }),
        userWrite({ name: 'write', attributes: ['attributes.photo', 'attributes.team'] }),
        userLogin({ name: 'login' }),
      ],
    });
    app = await openTestApp({ flows: [flow], registration: 'open' });
    const { create } = app.users;
    app.users.create = (account, redemption) => {
      accounts.push(account.data);
      return create(account, redemption);
    };
    client = new RawClient(app.url);
    page = await client.get(app.page);
  });
  afterEach(() => app.close());

  const signed = (): readonly Part[] => Object.entries(form(page.text).hidden);
  const photo = (value = 'PNG', filename = 'me.png', mime = 'image/png'): Part => [
    'attributes.photo',
    value,
    filename,
    mime,
  ];
  const team: Part = ['attributes.team', 'red'];
  const post = (parts: readonly Part[], headers = {}): Promise<RawAnswer> =>
    client.post(app.page, body(parts), { 'content-type': type, ...headers });
  const finish = async (): Promise<void> => {
    page = await client.get(app.page);
    assert.equal((await client.post(app.page, { ...form(page.text).hidden, username: 'ann' })).status, 303);
  };

  it('is drawn with enctype, and brings what the app’s function returned into the account', async () => {
    assert.match(page.text, /<form [^>]*enctype="multipart\/form-data"/);
    assert.match(page.text, /<input [^>]*type="file"\s+accept="image\/\*,\.pdf"/);
    assert.match(page.text, /At most 100 kB\./);
    assert.equal((await post([...signed(), photo('x'.repeat(90_000)), team])).status, 303);
    await finish();
    assert.deepEqual(accounts, [{ attributes: { photo: { id: 'id-1', name: 'me.png' }, team: 'red' } }]);
    assert.equal(stored.get('id-1')?.length, 90_000);
    assert.deepEqual(discarded, []);
    const [upload] = began;
    assert.deepEqual([upload?.key, upload?.type, upload?.flow], ['attributes.photo', 'image/png', 'join']);
  });

  it('may come without a file, by an empty input, no part, or as a URL-encoded form', async () => {
    for (const parts of [[photo('', ''), team], [team]]) {
      assert.equal((await post([...signed(), ...parts])).status, 303);
      client = new RawClient(app.url);
      page = await client.get(app.page);
    }
    const fields = { ...form(page.text).hidden, 'attributes.photo': 'me.png', 'attributes.team': 'red' };
    assert.equal((await client.post(app.page, fields)).status, 303);
    await finish();
    assert.deepEqual(accounts, [{ attributes: { team: 'red' } }]);
    assert.deepEqual(began, []);
  });

  it('discards the file of a refused form, and asks for it again', async () => {
    const { status, text: html } = await post([...signed(), photo(), ['attributes.team', '']]);
    assert.equal(status, 422);
    assert.match(html, /id="field-attributes-photo-error">\s*<p>Choose the file again\.<\/p>/);
    assert.deepEqual(discarded, [{ id: 'id-1', name: 'me.png' }]);
  });

  it('keeps the file of an accepted form where the page is opened again, unless another one comes', async () => {
    await post([...signed(), photo(), team]);
    const first = page;
    page = await client.get(app.page);
    // The back button shows an older page, which is stale: nothing of it is stored.
    page = first;
    assert.equal((await post([...signed(), photo('other'), team])).status, 303);
    assert.deepEqual([...stored.values()], ['PNG']);
    assert.deepEqual(discarded, []);
    await finish();
    assert.deepEqual(accounts, [{ attributes: { photo: { id: 'id-1', name: 'me.png' }, team: 'red' } }]);
  });

  it('stores nothing of a form that is forged, foreign, or without its signature before the file', async () => {
    const forged: readonly (readonly [readonly Part[], object])[] = [
      [[['enrollment_step', '0.about.AAAAAAAAAAAAAAAAAAAAAA'], photo(), team], {}],
      [[photo(), team], {}],
      [[photo(), ...signed(), team], {}],
      [[...signed(), photo(), team], { 'sec-fetch-site': 'cross-site' }],
    ];
    for (const [parts, headers] of forged) assert.equal((await post(parts, headers)).status, 403);
    client = new RawClient(app.url);
    assert.equal((await post([...signed(), photo(), team])).status, 403, 'without a cookie');
    assert.deepEqual(began, []);
  });

  it('says what is wrong with a file: too large, of another kind, empty, two of them', async () => {
    const wrong: readonly (readonly [readonly Part[], RegExp])[] = [
      [[photo('x'.repeat(100_001))], /This file is too large\. Choose one of at most 100 kB\./],
      [[photo('x'.repeat(3_000_000))], /This file is too large/],
      [[photo('x', 'me.svg', 'text/html')], /This kind of file isn’t accepted\. Choose one of these: image, PDF\./],
      [[photo('', 'me.png')], /This file is empty/],
      [[photo('a'), photo('b')], /Choose one file only/],
    ];
    for (const [parts, sentence] of wrong) {
      const { status, text: html } = await post([...signed(), ...parts, team]);
      assert.equal(status, 422, String(sentence));
      assert.match(html, sentence);
    }
    assert.deepEqual(
      discarded.map((one) => JSON.stringify(one)),
      ['{"id":"id-1","name":"me.png"}'],
    );
    assert.equal((await post([...signed(), photo('x', 'cv.PDF', 'application/octet-stream'), team])).status, 303);
  });

  it('shows the app’s own refusal of a file', async () => {
    sink = async ({ stream }) => {
      stream.resume();
      return { error: 'This is no photo.' };
    };
    assert.match((await post([...signed(), photo('x'.repeat(99_000)), team])).text, /This is no photo\./);
  });

  it('cleans hostile names, and keeps those of other scripts', async () => {
    const names = new Map([
      ['../../etc/passwd.png', 'passwd.png'],
      ['C:\\\\fakepath\\\\me.png', 'me.png'],
      ['..', 'file'],
      ['写真 🦊.png', '写真 🦊.png'],
      ['me\u202egnp.exe.png', 'megnp.exe.png'],
      [`${'x'.repeat(500)}.png`, `${'x'.repeat(196)}.png`],
      ['a<b>:c.png', 'a_b__c.png'],
      ['__proto__', '__proto__'],
    ]);
    for (const [given, name] of names) {
      began = [];
      await post([...signed(), photo('x', given)]);
      assert.equal(began[0]?.name, name);
    }
  });

  it('does not read undeclared files, and refuses a form that is too large, malformed or of another type', async () => {
    assert.equal((await post([...signed(), ['other', 'x'.repeat(200_000), 'x.png'], team])).status, 303);
    assert.deepEqual(began, []);
    client = new RawClient(app.url);
    page = await client.get(app.page);
    for (const [parts, status] of [
      [[...signed(), ['attributes.team', 'x'.repeat(40_000)]], 413],
      [[...signed(), ...Array.from({ length: 200 }, (_, at): Part => [`f${String(at)}`, 'x'])], 413],
      [[...signed(), ...Array.from({ length: 200 }, (_, at): Part => [`f${String(at)}`, 'x', 'x.png'])], 413],
      [[...signed(), photo('x'.repeat(11_000_000))], 413],
      [[...signed(), ['x'.repeat(300), 'x']], 413],
      [[...signed(), team, team], 400],
      [[...signed(), ['attributes.team', '\ufffd']], 400],
    ] as const)
      assert.equal((await post(parts)).status, status, JSON.stringify(parts).slice(0, 300));
    const whole = body([...signed(), photo(), team]);
    for (const [text, headers, status] of [
      [whole.slice(0, -30), {}, 400],
      ['', {}, 400],
      ['nonsense', {}, 400],
      [whole, { 'content-type': 'multipart/form-data' }, 400],
      [whole, { 'content-type': type.replace('form-data', 'mixed') }, 415],
    ] as const)
      assert.equal((await client.post(app.page, text, { 'content-type': type, ...headers })).status, status);
    assert.equal(discarded.length, stored.size);
  });

  it('discards what has arrived when the visitor goes away, and tells the function', async () => {
    let failed = false;
    sink = async ({ stream }) => {
      await contentOf(stream).catch((error: unknown) => {
        failed = true;
        throw error;
      });
      return { value: 'late' };
    };
    const whole = body([...signed(), photo('x'.repeat(50_000)), team]);
    const socket = connect(Number(new URL(app.url).port), '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(
      `POST ${app.page} HTTP/1.1\r\nHost: ${new URL(app.url).host}\r\nCookie: ${client.cookies.header(app.page)}\r\nContent-Type: ${type}\r\nContent-Length: ${String(whole.length)}\r\n\r\n${whole.slice(0, 20_000)}`,
    );
    await waitUntil(
      () => began[0],
      () => 'the file did not begin',
    );
    socket.destroy();
    await waitUntil(
      () => (failed ? true : undefined),
      () => 'the function was not told',
    );
    assert.deepEqual(accounts, []);
  });

  it('fails where the function throws, or returns too much, and can be sent again', async () => {
    for (const wrong of [
      async () => Promise.reject(new Error('the disk is full')),
      async () => ({ value: 'x'.repeat(3000) }),
      async () => ({}) as { value: Json },
    ]) {
      sink = wrong;
      assert.equal((await post([...signed(), photo('x'.repeat(99_000)), team])).status, 500);
    }
    sink = async ({ stream }) => ({ value: await contentOf(stream) });
    assert.equal((await post([...signed(), photo('again'), team])).status, 303);
    await finish();
    assert.deepEqual(accounts, [{ attributes: { photo: 'again', team: 'red' } }]);
  });

  it('is another form with another file: a finished plan does not sign in for it', () => {
    const digestOf = (content: string): string =>
      formDigest(
        { digest: (whole) => whole },
        {
          flow,
          enrollmentId: 'e',
          injectedContext: null,
          submission: {
            ...{ step: 'about', revision: 0 },
            field: () => undefined,
            files: { answerOf: () => undefined, digestOf: () => content, keep: () => undefined },
          },
        },
      );
    assert.notEqual(digestOf('one'), digestOf('other'));
  });
});

describe('a file of an accepted form', () => {
  let app: TestApp;
  let discarded: Json[] = [];
  const accounts: unknown[] = [];

  beforeEach(async () => {
    discarded = [];
    accounts.length = 0;
    let count = 0;
    const photo = file({
      key: 'photo',
      label: 'Photo',
      async store({ stream }) {
        stream.resume();
        count += 1;
        return { value: `id-${String(count)}` };
      },
      discard: (value) => void discarded.push(value),
    });
    const flow = defineFlow({
      slug: 'join',
      title: 'Join',
      designation: 'enrollment',
      stages: [
        promptStage({ name: 'about', prompts: [username({ key: 'username', label: 'Username' }), photo] }),
        promptStage({ name: 'team', prompts: [text({ key: 'team', label: 'Team' })] }),
        userWrite({ name: 'write', attributes: ['photo', 'team'] }),
        userLogin({ name: 'login' }),
      ],
    });
    app = await openTestApp({ flows: [flow], registration: 'open' });
  });
  afterEach(() => app.close());

  /** Sends both pages; the name is taken in between, so that the first page is shown again. */
  async function shownAgain(): Promise<{ readonly client: RawClient; readonly html: string }> {
    const client = new RawClient(app.url);
    const send = async (parts: readonly Part[]): Promise<RawAnswer> => {
      const { text: html } = await client.get(app.page);
      return client.post(app.page, body([...Object.entries(form(html).hidden), ...parts]), { 'content-type': type });
    };
    assert.equal(
      (
        await send([
          ['username', 'ann'],
          ['photo', 'x', 'a.png'],
        ])
      ).status,
      303,
    );
    await app.users.create(sampleAccount({ username: 'ann' }), sampleRedemption());
    const { create } = app.users;
    app.users.create = (account, redemption) => {
      accounts.push(account.data);
      return create(account, redemption);
    };
    const { status, text: html } = await send([['team', 'red']]);
    assert.equal(status, 422);
    return { client, html };
  }

  const again = (client: RawClient, html: string, parts: readonly Part[]): Promise<RawAnswer> =>
    client.post(app.page, body([...Object.entries(form(html).hidden), ['username', 'bob'], ...parts]), {
      'content-type': type,
    });
  async function finish(client: RawClient): Promise<void> {
    const { text: html } = await client.get(app.page);
    assert.equal((await client.post(app.page, { ...form(html).hidden, team: 'red' })).status, 303);
  }

  it('is not asked for again when a later stage shows the page again', async () => {
    const { client, html } = await shownAgain();
    assert.match(html, /We have your file\. Choose another one only to replace it\./);
    assert.doesNotMatch(html, /type="file"\s+required/);
    assert.equal((await again(client, html, [['photo', '', '']])).status, 303);
    await finish(client);
    assert.deepEqual(accounts.at(-1), { photo: 'id-1', team: 'red' });
    assert.deepEqual(discarded, []);
  });

  it('is discarded when another one replaces it', async () => {
    const { client, html } = await shownAgain();
    assert.equal((await again(client, html, [['photo', 'y', 'b.png']])).status, 303);
    await finish(client);
    assert.deepEqual(accounts.at(-1), { photo: 'id-2', team: 'red' });
    assert.deepEqual(discarded, ['id-1']);
  });
});
