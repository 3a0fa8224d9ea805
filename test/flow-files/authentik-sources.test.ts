import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import type { JsonObject } from '../../lib/base/json.js';
import { generateSync } from 'otplib';
import { importFlowFiles } from '../../lib/flow-files.js';
import { authenticatorSetupFlow } from '../../lib/flows.js';
import { signInFlow } from '../../lib/index.js';
import { memoryAuthenticators } from '../../lib/stores/memory/authenticators.js';
import { bound, entry, expression, guard, named, page, prompt, textOf } from '../support/flow-files/entries.js';
import { password } from '../support/account.js';
import { member, signIn } from '../support/http/sign-in-app.js';
import { Visitor } from '../support/http/visitor.js';
import type { OpenIdProvider } from '../support/openid-provider.js';
import { openAcmeApp, startAcme, type AcmeApp } from '../support/sources/acme.js';

const backend = 'authentik.core.auth.InbuiltBackend';

/** Writes down what an expression finds: before the login, what authentik's policies ask about how somebody signed in. */
const note = `source = context.get("source")
user = context.get("pending_user")
ak_create_event(
    "found",
    flow=request.obj.slug,
    user=user.username if user else None,
    has_backend=hasattr(user, "backend") if user else False,
    user_backend=context.get("user_backend"),
    auth_method=context.get("auth_method"),
    auth_method_args=context.get("auth_method_args"),
    ak_is_sso_flow=ak_is_sso_flow,
    is_sso=context.get("is_sso", False),
    source=[source.pk, source.slug, source.name, str(source)] if source else None,
    userinfo=context.get("oauth_userinfo", {}).get("preferred_username"),
    typed=context.get("pending_user_identifier"),
)
return True`;

const login = named('authentik_stages_user_login.userloginstage', 'enter');
const flowEntry = (slug: string, designation: string): string =>
  entry(
    'authentik_flows.flow',
    `{slug: ${slug}}`,
    `{title: T, designation: ${designation}, target: /inside}`,
    ', id: flow',
  );

/** People of Acme prove who they are there, all others by a password: one flow, which a policy divides. */
const signInFile = textOf(
  flowEntry('in', 'authentication'),
  expression('of-acme', 'return request.user.username == "ann"'),
  expression('note', note),
  named('authentik_stages_identification.identificationstage', 'identify', '{user_fields: [username]}'),
  named(
    'authentik_stages_source.sourcestage',
    'acme',
    '{source: !Find [authentik_sources_oauth.oauthsource, [slug, acme]]}',
  ),
  named('authentik_stages_password.passwordstage', 'prove'),
  login,
  bound('identify', 10),
  bound('acme', 20),
  bound('prove', 30),
  bound('enter', 40),
  guard('of-acme', 'at-acme'),
  guard('of-acme', 'at-prove', '{negate: true}'),
  guard('note', 'at-enter'),
);

/** The source alone proves who has typed the name. */
const provedFile = textOf(
  flowEntry('proved', 'authentication'),
  named('authentik_stages_identification.identificationstage', 'identify', '{user_fields: [username]}'),
  named('authentik_stages_source.sourcestage', 'acme', '{source: acme}'),
  login,
  bound('identify', 10),
  bound('acme', 20),
  bound('enter', 30),
);

/** Behind the source, a name again; the password is for those who come by no source. */
const againFile = textOf(
  flowEntry('again', 'authentication'),
  expression('no-sso', 'return not ak_is_sso_flow'),
  named('authentik_stages_identification.identificationstage', 'identify', '{user_fields: [username]}'),
  named('authentik_stages_source.sourcestage', 'acme', '{source: acme}'),
  named('authentik_stages_identification.identificationstage', 'anew', '{user_fields: [username]}'),
  named('authentik_stages_password.passwordstage', 'prove'),
  login,
  bound('identify', 10),
  bound('acme', 20),
  bound('anew', 30),
  bound('prove', 40),
  bound('enter', 50),
  guard('no-sso', 'at-prove'),
);

/** For the accounts that the source knows, as authentik's default flow is guarded. */
const fromSourceFile = textOf(
  flowEntry('from-acme', 'authentication'),
  expression('only-sso', 'return ak_is_sso_flow'),
  expression('note', note),
  login,
  bound('enter', 10),
  guard('only-sso', 'flow'),
  guard('note', 'at-enter'),
);

/** For identities that have no account yet. */
const joinFile = textOf(
  flowEntry('join-acme', 'enrollment'),
  expression('only-sso', 'return ak_is_sso_flow'),
  expression('note', note),
  prompt('username', 'username'),
  page('ask', ['username']),
  expression('no-name', "return 'username' not in context.get('prompt_data', {})"),
  named('authentik_stages_user_write.userwritestage', 'write', '{user_creation_mode: always_create}'),
  login,
  bound('ask', 5),
  guard('no-name', 'at-ask'),
  bound('write', 10),
  bound('enter', 20),
  guard('only-sso', 'flow'),
  guard('note', 'at-write'),
  guard('note', 'at-enter'),
);

describe('flow files: what authentik’s expressions find behind a source', () => {
  let provider: OpenIdProvider;
  let app: AcmeApp;
  const found: JsonObject[] = [];
  before(async () => {
    provider = await startAcme();
    const lookups = { createEvent: (_action: string, data: JsonObject) => void found.push(data) };
    const files = [signInFile, provedFile, againFile, fromSourceFile, joinFile].map((text, at) => ({
      file: `${String(at)}.yaml`,
      text,
    }));
    const { flows } = importFlowFiles(files, { lookups });
    app = await openAcmeApp(provider, { flows, registration: 'open' }, { invitation: 'optional' });
  });
  after(async () => {
    await app.close();
    await provider.close();
  });
  afterEach(() => void (found.length = 0));

  const byPassword = (user: string): JsonObject => ({
    flow: 'in',
    user,
    has_backend: true,
    user_backend: backend,
    auth_method: 'password',
    auth_method_args: {},
    ak_is_sso_flow: false,
    is_sso: false,
    source: null,
    userinfo: null,
    typed: null,
  });

  const bySource = (flow: string, user: string | null): JsonObject => ({
    flow,
    user,
    has_backend: user !== null,
    user_backend: backend,
    auth_method: null,
    auth_method_args: null,
    ak_is_sso_flow: true,
    is_sso: true,
    source: ['acme', 'acme', 'Acme', 'Acme'],
    userinfo: user ?? 'dora',
    typed: null,
  });

  /** The first page of the flow: who it is, without a proof. */
  async function identifies(visitor: Visitor, name: string): Promise<void> {
    await visitor.open('/if/flow/in/');
    await visitor.follow(await visitor.submit({ uid_field: name }));
  }

  it('of one flow, one person comes by the source and another by a password: each has the values of that way', async () => {
    const [ann, bob] = [new Visitor(app), new Visitor(app)];
    const { id } = await member(app, 'ann');
    await member(app, 'bob');
    await app.connections.link(id, app.identityOf('ann'));

    await identifies(bob, 'bob');
    await bob.follow(await bob.submit({ password }));
    assert.equal(await bob.me(), 'bob');
    assert.deepEqual(found, [byPassword('bob')]);
    found.length = 0;

    await identifies(ann, 'ann');
    await ann.follow(await app.by(ann, 'ann', '/if/flow/in/source/acme/step/'));
    assert.equal(await ann.me(), 'ann');
    assert.deepEqual(found, [{ ...bySource('in', 'ann'), typed: 'ann' }]);
  });

  it('policies decide about the name that was typed: the source proves that account and no other', async () => {
    const carl = await member(app, 'carl');
    await app.connections.link(carl.id, app.identityOf('carl'));
    const visitor = new Visitor(app);
    await identifies(visitor, 'ann');
    const refused = await app.by(visitor, 'carl', '/if/flow/in/source/acme/step/');
    assert.equal(refused.status, 403);
    assert.match(refused.text, /connected to another account/);
    assert.deepEqual([await visitor.me(), found], [null, []]);
    await visitor.follow(await app.by(visitor, 'ann', '/if/flow/in/source/acme/step/other/'));
    assert.equal(await visitor.me(), 'ann');
  });

  it('without a password in the flow, the source signs in the account of the name that was typed', async () => {
    const visitor = new Visitor(app);
    await visitor.open('/if/flow/proved/');
    await visitor.follow(await visitor.submit({ uid_field: 'ann' }));
    assert.equal((await app.by(visitor, 'carl', '/if/flow/proved/source/acme/step/')).status, 403);
    assert.equal(await visitor.me(), null);
    await visitor.follow(await app.by(visitor, 'ann', '/if/flow/proved/source/acme/step/other/'));
    assert.equal(await visitor.me(), 'ann');
  });

  it('another name that is typed behind the source takes away what the source said: its password is asked for', async () => {
    for (const [name, form] of [
      ['bob', { password }],
      ['ann', null],
    ] as const) {
      const visitor = new Visitor(app);
      await visitor.open('/if/flow/again/');
      await visitor.follow(await visitor.submit({ uid_field: 'ann' }));
      await visitor.follow(await app.by(visitor, 'ann', '/if/flow/again/source/acme/step/'));
      await visitor.follow(await visitor.submit({ uid_field: name }));
      assert.equal(await visitor.me(), form === null ? 'ann' : null);
      if (form !== null) await visitor.follow(await visitor.submit(form));
      assert.equal(await visitor.me(), name);
    }
  });

  it('the sources’ own flow has the values of the source, with the account that it knows', async () => {
    const ann = new Visitor(app);
    await ann.follow(await app.by(ann, 'ann'));
    assert.equal(await ann.me(), 'ann');
    assert.deepEqual(found, [bySource('from-acme', 'ann')]);
  });

  it('a source is named by its slug, as a text or by !Find of its model; an object of the files is none', () => {
    const issuesOf = (source: string): string => {
      const stage = named('authentik_stages_source.sourcestage', 'acme', `{source: ${source}}`);
      const text = textOf(flowEntry('in', 'authorization'), stage, bound('acme', 10));
      try {
        importFlowFiles([{ file: 'a.yaml', text }]);
        return '';
      } catch (error) {
        return String(error);
      }
    };
    for (const source of ['acme', '!Find [authentik_sources_saml.samlsource, [name, A], [slug, acme]]'])
      assert.equal(issuesOf(source), '', source);
    assert.match(issuesOf('!KeyOf flow'), /a\.yaml:4:\d+: "source" is the slug of a source of the app/);
    for (const empty of [
      '!Find [authentik_sources_saml.samlsource, [name, A]]',
      '!Find [authentik_flows.flow, [slug, no]]',
    ])
      assert.match(issuesOf(empty), /"source" must not be empty: !Find finds nothing/, empty);
  });

  it('a new person has no account before the write, and one behind it', async () => {
    const dora = new Visitor(app);
    await dora.follow(await app.by(dora, 'dora'));
    assert.equal(await dora.me(), 'dora');
    assert.deepEqual(found, [bySource('join-acme', null), bySource('join-acme', 'dora')]);
  });

  it('a second factor behind the source is auth_mfa', async () => {
    const validate = named(
      'authentik_stages_authenticator_validate.authenticatorvalidatestage',
      'second',
      '{device_classes: [totp], not_configured_action: skip}',
    );
    const text = `${fromSourceFile}${[validate, bound('second', 5)].join('\n')}\n`;
    const lookups = { createEvent: (_action: string, data: JsonObject) => void found.push(data) };
    const { flows } = importFlowFiles([{ file: 'a.yaml', text }], { lookups });
    const own = await openAcmeApp(provider, {
      flows: [
        ...flows,
        signInFlow({ slug: 'sign-in', target: '/inside', secondFactor: true }),
        authenticatorSetupFlow({ slug: 'app', type: 'totp', target: '/settings' }),
      ],
      authenticators: memoryAuthenticators(),
    });
    const { id } = await member(own, 'ann');
    await own.connections.link(id, own.identityOf('ann'));
    let secret = '';
    const code = (): string => generateSync({ secret, epoch: Math.floor(own.clock.now() / 1000) });
    const setUp = new Visitor(own);
    await signIn(setUp, 'ann');
    await setUp.open('/if/flow/app/');
    await setUp.follow(await setUp.submit({ password }));
    secret = /secret=([A-Z2-7]+)/.exec(setUp.page.text)?.[1] ?? '';
    own.canaries.add(secret);
    assert.equal((await setUp.submit({ code: code() })).status, 303);
    own.clock.advance(30_000);

    const ann = new Visitor(own);
    await ann.follow(await own.by(ann, 'ann'));
    await ann.follow(await ann.submit({ code: code() }));
    assert.equal(await ann.me(), 'ann');
    const expected = { ...bySource('from-acme', 'ann'), auth_method: 'auth_mfa' };
    assert.deepEqual(found, [{ ...expected, auth_method_args: { mfa_devices: ['Device'] } }]);
    await own.close();
  });
});
