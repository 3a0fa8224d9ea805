import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { packageRoot } from '#package-root';
import { pythonPolicy } from '../../lib/python.js';
import { policyEnvironment } from '../../lib/expressions/environment.js';
import { compilePython } from '../../lib/python/compile.js';
import { pythonLimits } from '../../lib/python/limits.js';
import { moduleTable } from '../../lib/python/modules/table.js';
import type { Context } from '../../lib/flow/context.js';
import { emailStage } from '../../lib/stages/email.js';
import { openScene } from '../support/executor/scene.js';
import { flowOf, page } from '../support/executor/stages.js';
import { question } from '../support/prompts/question.js';
import { examplesOf } from '../support/doc-examples.js';
import { inviteCodeCheck } from '../support/python/policies.js';

const text = readFileSync(join(packageRoot, 'docs/python-expressions.md'), 'utf8');

describe('docs/python-expressions.md', () => {
  it('shows the tutorial’s policy word for word, and only expressions that are accepted', () => {
    assert.ok(text.includes(inviteCodeCheck));
    const sources = [...examplesOf('docs/python-expressions.md').values()].flatMap((code) =>
      [...code.matchAll(/pythonPolicy\(\s*(?:`([^`]*)`|'([^']*)')/g)].map(([, long, short]) => long ?? short ?? ''),
    );
    assert.equal(sources.length, 2);
    for (const source of sources) pythonPolicy(source, { lookups: { locate: () => Promise.resolve(null) } });
  });

  it('names every global, helper, module and limit, with its default', () => {
    const all = () => null;
    const { globals } = policyEnvironment(
      { createEvent: all, sendEmail: all, resolveDns: () => [], reverseDns: () => '' },
      [],
    );
    const names = [...globals.keys(), ...[...moduleTable.keys()].filter((name) => name !== 'urllib')];
    assert.deepEqual(
      names.filter((name) => !text.includes(`\`${name}`)),
      [],
    );
    for (const [name, value] of Object.entries(pythonLimits))
      assert.match(text, new RegExp(`\\| \`${name}\` +\\| ${value.toLocaleString('en')} `), name);
  });

  it('says of each key of authentik’s context what the kit has', async () => {
    const rows = [...text.matchAll(/^\| +(`[^|]+`) +\| (given|missing) +\|/gm)];
    const keysOf = (cell: string): readonly string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, key = '']) => key);
    assert.deepEqual(rows.flatMap(([, cell = '']) => keysOf(cell)).sort(), [...upstream].sort());
    const at = question(everything, openScene());
    const profiles = { ...at.services.profiles, find: () => Promise.resolve({ id: 'u1', active: true }) };
    const asked = {
      ...at,
      answers: {},
      flow: flowOf([emailStage({ name: 'mail', recipient: 'typed' }), page('account')]),
      authenticated: { user: 'u1', at: 0, epoch: 0 },
      services: { ...at.services, profiles },
    };
    const lookups = { locate: () => Promise.resolve({ country: 'ID', asn: 64496 }) };
    for (const [, cell = '', state] of rows)
      for (const key of keysOf(cell)) {
        for (const form of [`context.get("${key}") is not None`, `"${key}" in request.context`]) {
          const source = `user\nreturn ${form}`;
          const { pass } = await pythonPolicy(source, { lookups }).check(asked);
          assert.equal(pass, state === 'given', `${key}: ${form}`);
          const { notices } = compilePython(source, { environment: policyEnvironment(lookups, []) });
          assert.equal(notices.length, state === 'given' ? 0 : 1, `${key}: ${form}`);
        }
      }
    for (const key of ['geoip', 'asn'])
      assert.throws(() => pythonPolicy(`return context["${key}"]`), /needs the function locate/);
  });
});

/** What authentik 2026.5 and 2026.8 set. */
const upstream = [
  ...[
    'pending_user',
    'pending_user_identifier',
    'prompt_data',
    'is_sso',
    'source',
    'goauthentik.io/sources/connection',
  ],
  ...['source_groups', 'oauth_userinfo', 'redirect', 'application', 'device', 'is_restored', 'is_redirected'],
  ...[
    'redirect_stage_target',
    'outpost',
    'goauthentik.io/http/post',
    'user_backend',
    'auth_method',
    'auth_method_args',
  ],
  ...[
    'groups',
    'user_path',
    'user_type',
    'email',
    'email_sent',
    'invitation',
    'invitation_in_effect',
    'token',
    'captcha',
  ],
  ...['goauthentik.io/stages/captcha/site_key', 'goauthentik.io/stages/captcha/private_key', 'consent'],
  ...['consent_header', 'consent_permissions', 'consent_additional_permissions', 'goauthentik.io/stages/consent/token'],
  ...['deny_message', 'certificate', 'title', 'url', 'attrs', 'geoip', 'asn', 'flow_plan'],
];

/** A plan that knows all of it. `pending_user_identifier` and `pending_user` never stand beside each other otherwise. */
const everything: Context = {
  pending_user: 'u1',
  pending_user_identifier: 'ann',
  auth_method: 'password',
  is_sso: true,
  source: 'acme',
  oauth_userinfo: {},
  redirect: { path: '/' },
  email_verified: 'ann@example.com',
  is_redirected: 'other',
  redirect_stage_target: '/',
  invitation: { id: 'i1', version: 1 },
  captcha: { stage: 'captcha', type: 'x', score: null, verified: true },
  deny_message: 'No.',
};
