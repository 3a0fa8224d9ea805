import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '#package-root';
import { describe, it } from 'mocha';
import { kitMessageIds, type KitMessageId } from '../../lib/base/message-ids.js';
import {
  connectAccountFlow,
  createEnrollment,
  defineFlow,
  deny,
  inviteSignupFlow,
  isEnrollmentError,
  memoryUsers,
  noAccessYetFlow,
  sessionLogin,
  signInFlow,
  signOutFlow,
  waitlistFlow,
  type MessageOverrides,
} from '../../lib/index.js';
import { textsOf } from '../../lib/composition/texts.js';

const silent = (): void => undefined;
const ownFlow = defineFlow({
  slug: 'closed',
  title: 'Closed',
  designation: 'authorization',
  stages: [deny({ name: 'deny' })],
  messages: { 'app.closed': 'We are closed.' },
});

async function issuesOf(messages: MessageOverrides): Promise<readonly string[]> {
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
  it('F34: unknown ids are refused at start, all at once, with the id that was probably meant', async () => {
    assert.deepEqual(
      await issuesOf({
        'form.submitt': 'Go',
        'app.closd': 'Back soon.',
        'denied.texts': 'No.',
        'quite.another.thing': 'x',
        'flow.invite.title': 'Join',
      }),
      [
        '"form.submitt": there is no such sentence; did you mean "form.submit"?',
        '"app.closd": there is no such sentence; did you mean "app.closed"?',
        '"denied.texts": there is no such sentence; did you mean "denied.text"?',
        '"quite.another.thing": there is no such sentence',
        '"flow.invite.title": this sentence belongs to a flow, stage, policy or prompt that this app does not use',
      ],
    );
  });

  it('F34: ids of the kit and of the app\u2019s own definitions are taken', async () => {
    assert.deepEqual(await issuesOf({ 'form.submit': 'Go', 'app.closed': 'Back soon.' }), []);
  });

  it('F34: the type of the option offers the ids of the kit, and takes others', () => {
    type Offered = keyof {
      [Id in keyof MessageOverrides as string extends Id ? never : Id]: true;
    };
    const offered: readonly Offered[] = kitMessageIds;
    const others: MessageOverrides = { 'app.closed': 'Back soon.' };
    // @ts-expect-error -- there is no such id
    const misspelled: Offered = 'form.submitt';
    // @ts-expect-error -- a text is a string
    const wrong: MessageOverrides = { 'form.submit': 7 };
    assert.ok(!kitMessageIds.some((id) => id === misspelled || id in others || typeof wrong[id] === 'string'));
    assert.ok(offered.length > 0);
  });
});

describe('the ids of the kit\u2019s sentences', () => {
  it('F34: are those that the files of the kit declare, sorted', () => {
    assert.deepEqual(kitMessageIds, [...declaredIds()].sort());
  });

  it('F34: hold every sentence of the ready-made flows', () => {
    const flows = [
      inviteSignupFlow({ slug: 'invite', fields: ['username', 'email', 'name', 'password'] }),
      signInFlow({ slug: 'sign-in' }),
      signOutFlow({ slug: 'sign-out' }),
      waitlistFlow({ slug: 'waitlist' }),
      noAccessYetFlow({}),
      connectAccountFlow({}),
    ];
    const known: ReadonlySet<string> = new Set<KitMessageId>(kitMessageIds);
    const missing = Object.keys(textsOf(flows)).filter((id) => !known.has(id));
    // The place of texts that apps write themselves; it has no words of its own.
    assert.deepEqual(missing, ['literal']);
  });
});

/** Every id with a text in the files of lib/ that declare texts. The checks of settings word their mistakes alike. */
function declaredIds(): ReadonlySet<string> {
  const folder = join(packageRoot, 'lib');
  const ids = new Set<string>();
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts') || file.endsWith('.generated.ts')) continue;
    const source = readFileSync(join(folder, file), 'utf8');
    if (/from 'joi'/.test(source)) continue;
    for (const [, id = ''] of source.matchAll(/(?:^\s+|\{ |, )'([a-z_0-9]+(?:\.[a-z_0-9]+)+)':\s+['"`]/gm)) ids.add(id);
  }
  return ids;
}
