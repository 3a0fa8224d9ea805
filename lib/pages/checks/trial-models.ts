import type { JsonObject } from '../../base/json.js';
import { cancelField, signatureField } from '../../base/reserved-names.js';
import { creatingPages } from '../../flow/creating-pages.js';
import type { Flow } from '../../flow/flow.js';
import type { AskingStage } from '../../flow/stage.js';
import { literal } from '../../flow/policy.js';
import { anything, type Anything } from './anything.js';
import { noAppLocals } from './watched-locals.js';
import type { PageForm, PageModel } from '../page-model.js';
import type { DrawnProblem } from './drawn-problem.js';

/** A page that a flow may show. */
export interface TrialPage {
  readonly view: string;
  readonly layout: string | null;
  readonly flow: string | null;
  readonly stage: string | null;
  /** The fields of its form; `null`: a page without a form. */
  readonly fields: readonly string[] | null;
  /** Those of them that take a file. */
  readonly files: readonly string[];
  /** Those of them that take a password. */
  readonly passwords: readonly string[];
  /** True where its button may create an account. */
  readonly createsAccount: boolean;
}

const withForm = ['pages/continue', 'pages/cancel'];
const withoutForm = ['pages/denied', 'pages/problem', 'pages/enrolled'];

/** Every page of these flows, those that belong to no stage included. */
export function trialPages(flows: readonly Flow[]): readonly TrialPage[] {
  return [
    ...flows.flatMap(({ slug, layout, bindings }) => [
      ...bindings.flatMap(({ stage, key }) =>
        stage.asking
          ? [{ ...ofStage(stage), layout, flow: slug, createsAccount: creatingPages(bindings)?.last.has(key) === true }]
          : [],
      ),
      ...withForm.map((view) => ({
        view,
        layout,
        flow: slug,
        stage: null,
        fields: [],
        files: [],
        passwords: [],
        createsAccount: false,
      })),
      ...withoutForm.map((view) => ({
        view,
        layout,
        flow: slug,
        stage: null,
        fields: null,
        files: [],
        passwords: [],
        createsAccount: false,
      })),
    ]),
    ...['pages/denied', 'pages/problem'].map((view) => ({
      view,
      layout: null,
      flow: null,
      stage: null,
      fields: null,
      files: [],
      passwords: [],
      createsAccount: false,
    })),
  ];
}

function ofStage({
  view,
  name,
  fields,
  fileFields,
  secretFields,
  newPasswordFields,
}: AskingStage): Omit<TrialPage, 'flow' | 'layout' | 'createsAccount'> {
  // Other secrets, as the codes of an authenticator, are shown while they are typed.
  const passwords = fields.filter(
    (key) => newPasswordFields.includes(key) || (secretFields.includes(key) && /password/i.test(key)),
  );
  return { view, stage: name, fields, files: fileFields.map(({ key }) => key), passwords };
}

const link = Object.freeze({ href: '/trial', label: literal('A link') });
const json = (text: string): JsonObject => ({ id: 'literal', values: { text } });

/** A page to try a template with. */
interface TrialModel {
  readonly model: PageModel;
  /** Stands for what only the app and a stage know. */
  readonly unknown: Anything;
}

/** What an app has beside its views. */
interface TrialApp {
  /** Prompt types with an element of the app. */
  readonly types: readonly string[];
  /** False: `locals.app` is empty. */
  readonly hasLocals: boolean;
}

/** A page with the least and with the most that it can contain. */
export function trialModels(page: TrialPage, { types, hasLocals }: TrialApp): readonly TrialModel[] {
  const { view, layout, flow, stage, fields, files, passwords } = page;
  const own = (fields ?? []).map((key) =>
    files.includes(key)
      ? field(key, 'file', { input: 'file' })
      : field(key, passwords.includes(key) ? 'password' : 'text'),
  );
  const modelOf = (unknown: Anything, asked: readonly JsonObject[], more: JsonObject, form: PageForm): PageModel => ({
    view,
    layout,
    locale: 'en',
    languagePath: '/trial/',
    flow: flow === null ? null : { slug: flow, title: literal('A flow') },
    stage,
    title: literal('A title'),
    intro: null,
    inviter: null,
    steps: null,
    notice: null,
    challenge: unknown.complete({ fields: asked, submit: null, resend: false, alternative: null, ...more }),
    form: fields === null ? null : form,
    messages: [],
    reference: null,
    links: [],
    sources: [],
    recognized: null,
    app: hasLocals ? unknown.complete({}) : noAppLocals,
  });
  const [forLeast, forMost] = [anything(), anything()];
  // Pages of no stage have no answers that could be wrong.
  const wrong = [fields?.[0] ?? 'trial-text', ...types.map((type) => `trial-own-${type}`)];
  const errors =
    stage === null
      ? {}
      : { '': [literal('An error')], ...Object.fromEntries(wrong.map((key) => [key, [literal('A mistake')]])) };
  const keys = ['trial-text', 'trial-area', ...types.map((type) => `trial-own-${type}`), ...(fields ?? [])];
  const typed = Object.fromEntries(keys.map((key) => [key, 'A value']));
  return [
    { unknown: forLeast, model: modelOf(forLeast, own, {}, formOf({})) },
    {
      unknown: forMost,
      model: {
        ...modelOf(forMost, [...own, ...everyKind(types)], secondButtons(page), {
          ...formOf(errors, typed),
          createsAccount: true,
          discards: view === 'pages/cancel',
          time: { limits: [{ of: 'session', seconds: 100, extendable: true }] },
        }),
        intro: literal('An intro'),
        inviter: 'Somebody',
        steps: { current: 1, total: 2 },
        notice: literal('A notice'),
        messages: [literal('A message'), literal('Another message')],
        reference: 'K7PQ3XWM',
        links: [
          { ...link, primary: view === 'pages/cancel' },
          { ...link, question: literal('A question?') },
          { ...link, destructive: true },
          { ...link, quiet: true, submits: { name: cancelField, value: 'yes' } },
        ],
        sources: [
          { ...link, href: '/trial-source', icon: null, slug: 'trial' },
          { ...link, href: '/trial-other', icon: '/trial.svg', slug: 'other' },
        ],
        recognized: { text: literal('Somebody'), another: { ...link, href: '/trial-another' } },
      },
    },
  ];
}

/** Every button beside the first one that a page can have. */
function secondButtons({ view, stage, fields }: TrialPage): JsonObject {
  if (stage === null || view === 'pages/permissions') return {};
  return {
    resend: true,
    alternative: { name: 'trial-alternative', value: 'yes', label: json('Another button'), destructive: true },
    ...(fields?.includes('selected_challenge') === true ? { other_challenges: ['webauthn', 'code'] } : {}),
  };
}

/** The pages whose stages have such a button. A stage of the app may have one on any page: that is seen on its answers. */
const buttonsOf: Readonly<Record<string, string>> = { 'pages/invitation': 'alternative', 'pages/email': 'resend' };

/** True for what the page has in the trial alone. */
export function isMadeUp({ lost }: DrawnProblem, { view, createsAccount }: TrialPage, hasConsent: boolean): boolean {
  if (lost === 'consent') return !(hasConsent && createsAccount);
  return lost !== undefined && buttonsOf[view] !== lost;
}

function formOf(errors: PageForm['errors'], typed: PageForm['typed'] = {}): PageForm {
  return {
    action: '/trial/',
    hidden: [{ name: signatureField, value: 'trial-signature' }],
    typed,
    errors,
    submit: literal('A button'),
  };
}

function everyKind(types: readonly string[]): readonly JsonObject[] {
  const choices = ['one', 'two'].map((value) => ({ value, label: json(value) }));
  return [
    field('trial-text', 'text', { sub_text: json('Help'), placeholder: json('A placeholder'), autocomplete: 'name' }),
    field('trial-optional', 'text', { required: false }),
    field('trial-read-only', 'text', { read_only: true, initial_value: 'A text' }),
    field('trial-password', 'password'),
    field('trial-checkbox', 'checkbox'),
    field('trial-area', 'text_area', { input: 'textarea' }),
    field('trial-file', 'file', { input: 'file', accept: '.pdf' }),
    field('trial-alert', 'alert_info', { display: 'alert', sub_text: json('A text') }),
    field('trial-line', 'separator', { display: 'separator' }),
    field('trial-html', 'static', { initial_html: '<b>A text</b>', sub_text_html: '<b>Help</b>' }),
    field('trial-hidden', 'hidden'),
    field('trial-static', 'static', { initial_value: 'A text' }),
    ...['radio', 'checkbox', 'select'].map((input) => field(`trial-${input}s`, 'choices', { choices, input })),
    ...types.map((type) => field(`trial-own-${type}`, type)),
  ];
}

function field(key: string, type: string, more: JsonObject = {}): JsonObject {
  return {
    field_key: key,
    label: json('A label'),
    type,
    required: true,
    placeholder: null,
    initial_value: '',
    order: 0,
    sub_text: null,
    choices: null,
    ...more,
  };
}
