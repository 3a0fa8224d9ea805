import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, describe, it } from 'mocha';
import * as kit from '../../lib/index.js';
import type { SettingNames } from '../../lib/base/setting-names.js';
import * as flows from '../../lib/flows.js';
import * as stages from '../../lib/stages.js';
import * as sql from '../../lib/sql.js';

const reference = readFileSync('docs/reference.md', 'utf8');
/** Names in code style, up to the parenthesis of a call. */
const named = new Set([...reference.matchAll(/`([A-Za-z]\w*)(?:\([^`]*\))?`/g)].map(([, name]) => name));

type Settings<Define extends (settings: never) => unknown> = SettingNames<Parameters<Define>[0]>;
type StageSettings = Settings<typeof kit.defineStage>;
type SilentSettings = Settings<typeof kit.defineSilentStage>;

// A setting that is not listed here, or is listed and does not exist, does not compile.
const common = {
  kind: true,
  factory: true,
  settings: true,
  needs: true,
  requires: true,
  consumes: true,
  messages: true,
  destructive: true,
  leadsTo: true,
} as const;
const defineStage: StageSettings = {
  ...common,
  component: true,
  view: true,
  fields: true,
  arrive: true,
  challenge: true,
  read: true,
  respond: true,
  writes: true,
  listFields: true,
  textFields: true,
  fileFields: true,
  serverFields: true,
  hiddenFields: true,
  secretFields: true,
  oneTimeCodeFields: true,
  newPasswordFields: true,
  entryLinkFields: true,
  looksUpAccounts: true,
  pageOnly: true,
  acceptsInvitations: true,
  needsRecentAuthentication: true,
  listsSettings: true,
  secondFactor: true,
  lacksProof: true,
  isUnanswerable: true,
  fieldsToVerify: true,
  verifies: true,
  contentSecurityPolicy: true,
  offersSources: true,
  asksSource: true,
  submit: true,
  links: true,
  satisfied: true,
  texts: true,
};
const defineSilentStage: SilentSettings = {
  ...common,
  hasSideEffects: true,
  run: true,
  requiresConfirmation: true,
  words: true,
  writes: true,
  creates: true,
  signsIn: true,
  connects: true,
  readsCode: true,
  changesAddress: true,
  restoresAddress: true,
  joinsWaitlist: true,
  alwaysEnds: true,
  leadsTo: true,
  leadsToOrigins: true,
};
const definePrompt: Settings<typeof kit.definePrompt> = {
  type: true,
  asked: true,
  concealed: true,
  autocomplete: true,
  attributes: true,
  read: true,
  choices: true,
  list: true,
  input: true,
  display: true,
  code: true,
  blank: true,
  looksUpAccounts: true,
  toVerify: true,
  newPassword: true,
  passive: true,
  readOnly: true,
  absent: true,
  help: true,
  file: true,
  toForm: true,
  settled: true,
  proposed: true,
  labelOf: true,
  messages: true,
};
const definePolicy: Settings<typeof kit.definePolicy> = {
  name: true,
  check: true,
  fields: true,
  consumes: true,
  writes: true,
  gate: true,
  existingAccount: true,
  withoutFactors: true,
  laterStep: true,
  requiresSource: true,
  readsReputation: true,
  messages: true,
};
const defineFlow: Settings<typeof kit.defineFlow> = {
  slug: true,
  title: true,
  intro: true,
  submit: true,
  name: true,
  layout: true,
  designation: true,
  stages: true,
  insertable: true,
  policies: true,
  mode: true,
  authentication: true,
  deniedAction: true,
  compatibilityMode: true,
  skipsSecondFactor: true,
  tickets: true,
  sourceRole: true,
  target: true,
  providedContext: true,
  messages: true,
};

/** The names in the first column of the first table after a text. */
function tableAfter(text: string): readonly string[] {
  const rows =
    /^\|.*(?:\n\|.*)+/m
      .exec(reference.slice(reference.indexOf(text)))?.[0]
      .split('\n')
      .slice(2) ?? [];
  return rows.flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`(\w+)/g)].map(([, name = '']) => name));
}

describe('docs/reference.md', () => {
  const enrollment = kit.createEnrollment({
    baseUrl: 'http://localhost:3000/join',
    logger: { info: () => undefined, warn: () => undefined, error: () => undefined },
  });
  after(() => enrollment.close());

  it('lists every value that the package exports, and every flow and stage', () => {
    assert.deepEqual(
      Object.keys({ ...kit, ...sql, ...flows, ...stages }).filter((name) => !named.has(name)),
      [],
    );
  });

  it('lists every member of the Enrollment object, and every method of its parts', () => {
    const { invitations, waitlist, deliveries, mails, tickets, sessions, consents } = enrollment;
    const parts = [enrollment, invitations, waitlist, deliveries, mails, tickets, sessions, consents];
    const members = parts.flatMap((part) => Object.keys(part));
    assert.deepEqual(
      members.filter((name) => !named.has(name)),
      [],
    );
  });

  for (const [text, settings] of [
    ['Settings of `defineStage`:', defineStage],
    ['`definePrompt` makes a kind', definePrompt],
    ['`definePolicy` defines your own', definePolicy],
    ['| Setting of `defineFlow`', defineFlow],
  ] as const)
    it(`has each setting in the table below "${text}"`, () => {
      assert.deepEqual([...tableAfter(text)].sort(), Object.keys(settings).sort());
    });

  it('has each setting of a silent stage in its table, or in the sentence above', () => {
    const own = tableAfter('Settings of `defineSilentStage`');
    assert.deepEqual([...own, ...Object.keys(common)].sort(), Object.keys(defineSilentStage).sort());
    const [sentence = ''] = /^Settings of `defineSilentStage`.*$/m.exec(reference) ?? [];
    for (const name of Object.keys(common)) assert.ok(sentence.includes(`\`${name}\``), name);
  });
});
