import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '#package-root';
import { describe, it } from 'mocha';
import { english } from '../../lib/base/texts/english.js';
import {
  createEnrollment,
  defineFlow,
  defineMessages,
  deny,
  isEnrollmentError,
  memoryUsers,
  message,
  sessionLogin,
  text,
  type Messages,
} from '../../lib/index.js';
import { inviteSignupFlow } from '../../lib/flows/invite-signup.js';
import { openTestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

const silent = (): void => undefined;
const ownFlow = defineFlow({
  slug: 'closed',
  title: 'Closed',
  designation: 'authorization',
  stages: [deny({ name: 'deny' })],
  messages: { 'app.closed': 'We are closed.' },
});

async function issuesOf(messages: Messages): Promise<readonly string[]> {
  try {
    await createEnrollment({
      baseUrl: 'http://localhost:3000/join',
      logger: { info: silent, warn: silent, error: silent },
      users: memoryUsers().users,
      login: sessionLogin(),
      flows: [ownFlow],
      messages,
    }).close();
    return [];
  } catch (error) {
    if (isEnrollmentError(error) && error.code === 'ERR_ENROLLMENT_CONFIG') return error.issues;
    throw error;
  }
}

describe('the option messages', () => {
  it('F34: reject unknown ids at start, all at once, with a hint at the intended id', async () => {
    assert.deepEqual(
      await issuesOf({
        'form.submitt': 'Go',
        'app.closd': 'Back soon.',
        'denied.titles': 'No.',
        closed: 'x',
      }),
      [
        '"form.submitt": there is no such sentence; did you mean "form.submit"?',
        '"app.closd": there is no such sentence; did you mean "app.closed"?',
        '"denied.titles": there is no such sentence; did you mean "denied.title"?',
        '"closed": there is no such sentence',
      ],
    );
  });

  it('F34: accept ids of the kit, of the app’s own definitions, of its templates and of other flows', async () => {
    const own = { 'app.closed': 'Back soon.', 'app.footer': 'Since {year}', 'flow.club.title': 'The club' };
    assert.deepEqual(await issuesOf({ 'form.submit': 'Go', ...own }), []);
    assert.deepEqual(await issuesOf({ ...own, de: own } as unknown as Messages), []);
  });

  it('F34: the type of the option suggests the ids of the kit, and accepts others', () => {
    type Offered = keyof {
      [Id in keyof Messages as string extends Id ? never : Id]: true;
    };
    const offered: Offered = 'form.submit';
    const others: Messages = { 'app.closed': 'Back soon.' };
    // @ts-expect-error -- there is no such id
    const misspelled: Offered = 'form.submitt';
    // @ts-expect-error -- a text is a string
    const wrong: Messages = { 'form.submit': 7 };
    assert.ok(offered in english && !(misspelled in english) && !('app.closed' in english));
    assert.deepEqual([others['app.closed'], wrong['form.submit']], ['Back soon.', 7]);
  });
});

describe('the catalogue of the kit', () => {
  it('takes known ids only, with the values that their sentences have places for', () => {
    // @ts-expect-error -- there is no such id
    message('form.submitt');
    // @ts-expect-error -- the place is named minutes
    message('invitation.throttled', { minute: 1 });
    const own = defineMessages({ 'club.closed': 'We are closed until {day}.' });
    // @ts-expect-error -- there is no such id among them
    own.message('club.close');
    // @ts-expect-error -- the place is named day
    own.message('club.closed', { days: 'Monday' });
    assert.deepEqual(own.message('club.closed', { day: 'Monday' }), { id: 'club.closed', values: { day: 'Monday' } });
    assert.deepEqual(own.texts, { 'club.closed': 'We are closed until {day}.' });
  });

  it('has no sentence that no file says', () => {
    const said = saidIn('lib', '.ts') + saidIn('views', '.ejs');
    const unused = Object.keys(english).filter((id) => !said.includes(`'${id}'`) && !isComposed(id, said));
    assert.deepEqual(unused, []);
  });

  it('has the sentence of a taken username also where the prompt is a text', async () => {
    const testApp = await openTestApp({
      flows: [inviteSignupFlow({ slug: 'invite', fields: [text({ key: 'username', label: 'Nickname' })] })],
    });
    try {
      for (const expected of [303, 422]) {
        const visitor = new Visitor(testApp);
        const { code } = await testApp.enrollment.invitations.create();
        await visitor.open();
        await visitor.follow(await visitor.submit({ invite_code: code ?? '' }));
        const answer = await visitor.submit({ username: 'ann' });
        assert.equal(answer.status, expected);
        if (expected === 422) assert.match(answer.text, /This username is already taken\. Choose another one\./);
      }
    } finally {
      await testApp.close();
    }
  });
});

/** The text of every file of a folder, except those that define the messages themselves. */
function saidIn(folder: string, ending: string): string {
  return readdirSync(join(packageRoot, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(ending) && !file.startsWith(join('base', 'texts')))
    .map((file) => readFileSync(join(packageRoot, folder, file), 'utf8'))
    .join('\n');
}

/** True when a template builds the id: `enrolled.${problem}.title` builds `enrolled.inactive.title`. */
function isComposed(id: string, said: string): boolean {
  return [...said.matchAll(/`([a-z_]+\.[a-z_.]*)\$\{[^}`]*\}([a-z_.]*)`/g)].some(
    ([, start = '', end = '']) => id.startsWith(start) && id.endsWith(end),
  );
}
