import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { confirmEmailFlow, setPasswordFlow } from '../../lib/flows.js';
import { isEnrollmentError } from '../../lib/index.js';
import { memoryMailer } from '../../lib/testing/index.js';
import { member } from '../support/http/sign-in-app.js';
import { openTestApp, signup, type TestApp } from '../support/http/test-app.js';

const long = 'x'.repeat(1_000_000);
/** No argument of any method is one of these. */
const wrongTypes: readonly unknown[] = [
  ...[null, 5, Number.NaN, true, 5n, Symbol('x'), () => 'x', new Date(0), Buffer.from('x'), [[]]],
  ...[Object.create(null), { toString: () => assert.fail('was read as a text') }, new Map(), '__proto__'],
];
/** No id, name or address is one of these. */
const wrongTexts: readonly string[] = ['\0', 'a\0b', 'a\r\nb', '\u0007', '\ud800', 'a\udfff', long];

/** A place in a call, by its path: `0.user` is the member `user` of the first argument. */
interface Call {
  readonly method: string;
  readonly args: unknown;
  /** Paths of texts that are ids, names or addresses: `wrongTexts` are refused, or lead to nothing. */
  readonly texts: readonly string[];
}

function withValue(given: unknown, path: string, value: unknown): unknown {
  if (path === '') return value;
  const [first = '', ...rest] = path.split('.');
  const copy: object = Array.isArray(given) ? given.slice() : Object.assign({}, given);
  Reflect.set(copy, first, withValue(Reflect.get(copy, first), rest.join('.'), value));
  return copy;
}

/** Every place of a call, also inside its records. */
function placesOf(value: unknown, path = ''): readonly string[] {
  if (typeof value !== 'object' || value === null) return path === '' ? [] : [path];
  const inner = Object.entries(value).flatMap(([key, one]) => placesOf(one, path === '' ? key : `${path}.${key}`));
  return path === '' ? inner : [path, ...inner];
}

describe('wrong arguments of the administrators’ methods', () => {
  let app: TestApp;
  let user = '';
  let invitation = '';
  before(async () => {
    app = await openTestApp({
      mailer: memoryMailer(),
      flows: [signup, setPasswordFlow({ slug: 'set-password' }), confirmEmailFlow({ slug: 'confirm' })],
      tickets: { clients: { shop: { name: 'Shop', resultUrl: 'https://shop.example/' } }, connections: ['con_1'] },
    });
    user = (await member(app, 'ann')).id;
    invitation = (await app.enrollment.invitations.create()).id;
  });
  after(() => app.close());

  /** Fails where a call ends in anything but the kit's own error, or an answer. */
  async function answerOf(target: object, { method, args }: Call, about: string): Promise<unknown> {
    const call: unknown = Reflect.get(target, method);
    assert.ok(typeof call === 'function', method);
    try {
      const answer: unknown = Reflect.apply(call, target, Array.isArray(args) ? args : []);
      // A CSV, which is read a line at a time.
      const begin: unknown = Reflect.get(Object(answer), Symbol.asyncIterator);
      if (typeof begin !== 'function') return await answer;
      const lines: unknown = Reflect.apply(begin, answer, []);
      const next: unknown = Reflect.get(Object(lines), 'next');
      return typeof next === 'function' ? await Reflect.apply(next, lines, []) : null;
    } catch (error) {
      if (!isEnrollmentError(error)) assert.fail(`${about}: ${String(error)}`);
      assert.ok(
        error.status < 500 || ['ERR_ENROLLMENT_CONFIG', 'ERR_ENROLLMENT_TENANT'].includes(error.code),
        `${about}: ${error.code}`,
      );
      assert.ok(error.message.length < 5000, `${about}: a message of ${String(error.message.length)} characters`);
      return error;
    }
  }

  const isRefused = (answer: unknown): boolean =>
    isEnrollmentError(answer) || answer === null || answer === false || answer === 'unknown_mail' || isEmpty(answer);
  const isEmpty = (answer: unknown): boolean => {
    if (typeof answer !== 'object' || answer === null) return false;
    const lists: readonly unknown[] = Object.values(answer).filter(Array.isArray);
    return Array.isArray(answer) ? answer.length === 0 : lists.length > 0 && lists.every(isEmpty);
  };

  async function tryAll(target: object, calls: readonly Call[]): Promise<void> {
    for (const call of calls) {
      for (const place of placesOf(call.args))
        for (const value of wrongTypes) {
          const about = `${call.method}(${place} = ${Object.prototype.toString.call(value)})`;
          await answerOf(target, { ...call, args: withValue(call.args, place, value) }, about);
        }
      for (const place of call.texts)
        for (const value of wrongTexts) {
          const about = `${call.method}(${place} = ${JSON.stringify(value.slice(0, 20))})`;
          const answer = await answerOf(target, { ...call, args: withValue(call.args, place, value) }, about);
          assert.ok(isRefused(answer), `${about} was taken: ${String(answer)}`);
        }
    }
  }

  it('of tickets are the kit’s own errors; no text with control characters, half characters or of 1 MB is taken', async () => {
    const settings = {
      ...{ purpose: 'invite', resultUrl: '/in', ttlSeconds: 60, markEmailAsVerified: true, delivery: 'own' },
      ...{ includeEmailInRedirect: true, app: 'Shop', locale: 'en', zone: 'UTC', signIn: true, onEarlier: 'end' },
      ...{ inviter: user, tenant: 't', flow: 'set-password' },
    };
    const named = ['resultUrl', 'app', 'locale', 'zone', 'inviter', 'tenant', 'flow'].map((name) => `1.${name}`);
    const change = { purpose: 'change-email', newEmail: 'new@example.com', markEmailAsVerified: true };
    await tryAll(app.enrollment.tickets, [
      { method: 'create', args: [{ user }, settings], texts: ['0.user', ...named] },
      { method: 'create', args: [{ user }, change], texts: ['1.newEmail'] },
      { method: 'create', args: [{ user }, { purpose: 'invite', client: 'shop' }], texts: ['1.client'] },
      {
        method: 'create',
        args: [{ email: 'ann@example.com', connection: 'con_1' }, { purpose: 'invite' }],
        texts: ['0.email', '0.connection'],
      },
      { method: 'get', args: ['id'], texts: ['0'] },
      { method: 'list', args: [{ user }], texts: ['0.user'] },
      { method: 'revoke', args: ['id'], texts: ['0'] },
      { method: 'revokeAll', args: [{ user }, ['invite']], texts: ['0.user', '1.0'] },
    ]);
  });

  it('of mails are the kit’s own errors', async () => {
    await tryAll(app.enrollment.mails, [
      {
        method: 'list',
        args: [
          { states: ['sent'], about: { type: 'ticket', id: 'x' }, inviter: 'x', tenant: 'y', limit: 5, after: '1' },
        ],
        texts: ['0.about.id', '0.inviter', '0.tenant', '0.after'],
      },
      { method: 'get', args: ['id'], texts: ['0'] },
      { method: 'resend', args: ['id'], texts: ['0'] },
      { method: 'preview', args: ['invitation', { locale: 'en' }], texts: ['0', '1.locale'] },
      { method: 'test', args: ['bob@example.com', { kind: 'invitation', locale: 'en' }], texts: ['0', '1.locale'] },
      { method: 'bounced', args: [{ id: 'x', response: 'y' }], texts: ['0.id'] },
      { method: 'bounced', args: [{ messageId: 'x', response: 'y' }], texts: ['0.messageId'] },
    ]);
  });

  it('of invitations are the kit’s own errors', async () => {
    const terms = {
      ...{ label: 'l', note: 'n', creator: 'c', inviter: user, tenant: 't', flow: 'invite', redirect: '/in' },
      ...{ expires: '2099-01-01T00:00:00Z', data: { a: 1 }, onePerPerson: true },
    };
    const names = ['creator', 'inviter', 'tenant', 'flow', 'redirect'].map((name) => `0.${name}`);
    const by = { by: 'x' };
    const mailed = { email: 'bob@example.com', locale: 'en', zone: 'UTC', app: 'Shop', values: { name: 'Bob' } };
    const mailedNames = ['email', 'locale', 'zone', 'app', 'values.name'].map((name) => `0.${name}`);
    const more = { by: 'x', onEarlier: 'keep', again: true };
    await tryAll(app.enrollment.invitations, [
      {
        method: 'create',
        args: [{ ...terms, uses: 2, email: 'bob@example.com' }, by],
        texts: [...names, '0.email', '1.by'],
      },
      { method: 'createMany', args: [[{ label: 'l' }], { by: 'x', preview: true, again: true }], texts: ['1.by'] },
      { method: 'send', args: [mailed, more], texts: [...mailedNames, '1.by'] },
      { method: 'sendMany', args: [[mailed], { by: 'x', preview: true, again: true }], texts: ['1.by'] },
      { method: 'resend', args: [invitation, { by: 'x', mode: 'extend', again: true }], texts: ['0', '1.by'] },
      { method: 'reissue', args: [invitation, by], texts: ['0', '1.by'] },
      { method: 'firstAdministrator', args: [{ email: 'a@example.com' }, by], texts: ['0.email', '1.by'] },
      { method: 'get', args: [invitation], texts: ['0'] },
      {
        method: 'list',
        args: [{ state: 'open', tenant: 't', inviter: 'x', search: 'y', limit: 5, after: 'z' }],
        texts: [],
      },
      {
        method: 'edit',
        args: [invitation, { label: 'l', email: 'b@example.com' }, by],
        texts: ['0', '1.email', '2.by'],
      },
      { method: 'extend', args: [invitation, { uses: 5 }, by], texts: ['0', '2.by'] },
      { method: 'restore', args: [invitation, by], texts: ['0', '1.by'] },
      { method: 'ledger', args: [invitation], texts: ['0'] },
      { method: 'seats', args: [invitation, { limit: 5, after: 'x' }], texts: ['0'] },
      { method: 'releaseReservation', args: [invitation, 'plan'], texts: ['0', '1'] },
      { method: 'explain', args: ['code'], texts: ['0'] },
      { method: 'tree', args: [{ invitation }], texts: ['0.invitation'] },
      { method: 'inviterChain', args: ['x'], texts: ['0'] },
      {
        method: 'revokeDescendants',
        args: [{ invitation }, { by: 'x', preview: true }],
        texts: ['0.invitation', '1.by'],
      },
      { method: 'allowance', args: ['x'], texts: [] },
      { method: 'erase', args: [{ user: 'none', email: 'none@example.com' }, by], texts: ['1.by'] },
      { method: 'exportCsv', args: [{ of: 'invitations', state: 'open', search: 'x' }], texts: [] },
      { method: 'reconcile', args: [invitation], texts: ['0'] },
      { method: 'orphanedSeats', args: [invitation], texts: ['0'] },
      { method: 'revoke', args: [invitation, by], texts: ['0', '1.by'] },
      { method: 'seed', args: [[{ customCode: 'SPRING-2026', uses: 1, expires: '2099-01-01T00:00:00Z' }]], texts: [] },
      { method: 'forTenant', args: ['t'], texts: ['0'] },
    ]);
  });

  it('are told all at once, each with its path', async () => {
    const wrong = { purpose: 'invit', inviter: 5, tenant: 'a\0b', locale: 'x_y' };
    const error: unknown = await Reflect.apply(app.enrollment.tickets.create, null, [{ user: '\0' }, wrong]).catch(
      (cause: unknown) => cause,
    );
    assert.ok(isEnrollmentError(error));
    for (const name of ['user', 'purpose', 'inviter', 'tenant', 'locale'])
      assert.ok(
        (error.issues ?? []).some((issue) => issue.startsWith(`"${name}"`)),
        `${name}: ${error.message}`,
      );
  });
});
