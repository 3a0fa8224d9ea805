import { message } from '../../../lib/base/message.js';
import { literal } from '../../../lib/flow/policy.js';
import type { PageModel, SourceButton } from '../../../lib/pages/page-model.js';
import { account, code, field, form, json, page, prompt } from './samples.js';
import { passwordFields, signInFields, signInPage } from './sign-in-gallery.js';

const picture = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 20"><circle cx="10" cy="10" r="9" fill="#d9480f"/></svg>`;

/** An icon without a request. */
export const icon = `data:image/svg+xml,${encodeURIComponent(picture)}`;

export function sourceButton(slug: string, name: string, more: Partial<SourceButton> = {}): SourceButton {
  return {
    href: `/join/source/${slug}/login`,
    label: message('source.continue', { source: name }),
    icon: null,
    slug,
    ...more,
  };
}

/** The page's "use another account" link. */
export const another = { href: '/join/source/acme/login?another=1', label: message('source.other_account') };

const acme = sourceButton('acme', 'Acme', { icon });
const long = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft';
const three = [
  acme,
  sourceButton('bare', 'Example University'),
  sourceButton('long', `${long} and all of its subsidiaries`, { icon }),
];
const known = { text: message('source.known', { source: 'Acme', who: 'ann@example.com' }), another };
const home = { href: '/', label: message('link.home') };
const signIn = { href: '/join/if/flow/sign-in/', label: message('link.sign_in') };
const connectFlow = { slug: 'connect-account', title: message('flow.connect_account.title') };
const cancelConnecting = { href: '/join/if/flow/connect-account/cancel/', label: message('link.cancel'), quiet: true };

/** Pages with source buttons, and pages for visitors recognized by a source. */
export const sourceGallery: ReadonlyMap<string, PageModel> = new Map([
  ['sources-sign-in', signInPage('pages/identification', signInFields, { sources: three })],
  ['sources-password', signInPage('pages/password', passwordFields, { sources: [acme] })],
  ['sources-account', prompt(account, { title: message('flow.account.title'), sources: [acme], links: [] })],
  [
    'source-stage',
    page('pages/denied', {
      title: message('source.step.title', { source: 'Acme' }),
      sources: [acme],
      links: [{ href: '/join/if/flow/sign-in/cancel/', label: message('link.cancel'), quiet: true }],
    }),
  ],
  [
    'source-invited',
    page('pages/denied', {
      title: message('source.invited.title'),
      messages: [message('source.invited')],
      sources: three.slice(0, 2),
    }),
  ],
  [
    'source-prove',
    page('pages/denied', {
      ...{ flow: connectFlow, title: message('source.prove.title') },
      messages: [message('source.prove', { source: 'Acme' })],
      recognized: { text: known.text, another: null },
      links: [{ ...signIn, primary: true }, cancelConnecting],
    }),
  ],
  [
    'source-connect',
    page('pages/continue', {
      ...{ flow: connectFlow, stage: 'connect', title: message('stage.source_connect.title', { source: 'Acme' }) },
      messages: [message('stage.source_connect.text_account', { source: 'Acme', account: 'zoe@example.com' })],
      form: form({ action: '/join/if/flow/connect-account/', submit: message('stage.source_connect.submit') }),
      recognized: { text: known.text, another: null },
      links: [cancelConnecting],
    }),
  ],
  [
    'sources-continue',
    page('pages/continue', {
      title: message('continue.title'),
      messages: [message('stage.user_logout.text')],
      form: form(),
      sources: [acme],
      recognized: { ...known, another: null },
    }),
  ],
  [
    'recognized-code',
    prompt([code], {
      stage: 'invite-code',
      recognized: { text: message('source.known_code', { source: 'Acme', who: 'ann@example.com' }), another },
    }),
  ],
  [
    'recognized-code-wrong',
    prompt([code], {
      stage: 'invite-code',
      notice: message('notice.moved_on'),
      recognized: { text: message('source.known_code', { source: long, who: `${long}@example.com` }), another },
      form: form({ errors: { invite_code: [message('invitation.unknown')] } }),
      reference: 'K7PQ3XWM',
    }),
  ],
  [
    'sources-denied',
    page('pages/denied', {
      title: message('source.not_signed_in'),
      messages: [message('source.matched', { source: 'Acme' })],
      reference: 'K7PQ3XWM',
      sources: [sourceButton('bare', 'Example University')],
      links: [{ ...signIn, primary: true }, home],
    }),
  ],
  [
    'sources-problem',
    page('pages/problem', {
      title: message('problem.503.title'),
      messages: [message('source.away', { source: 'Acme' })],
      reference: 'K7PQ3XWM',
      links: [
        { href: '/join/source/acme/login', label: message('link.try_again'), primary: true },
        { href: '/join/if/flow/sign-in/', label: message('link.go_back') },
        home,
      ],
      languagePath: '/join/flows/-/problem/',
    }),
  ],
  ['sources-alone', page('pages/problem', { title: message('problem.503.title'), sources: [acme] })],
  ['sources-plain-layout', prompt([code], { layout: 'plain', recognized: known, sources: [acme] })],
  [
    'sources-right-to-left',
    prompt([field('username', 'username', { label: json('اسم المستخدم') })], {
      locale: 'ar',
      title: literal('إنشاء حساب'),
      form: form({ submit: literal('متابعة') }),
      recognized: {
        text: literal('أنت معروف لدى Acme باسم ann@example.com.'),
        another: { ...another, label: literal('استخدام حساب آخر') },
      },
      sources: [sourceButton('acme', 'Acme', { icon, label: literal('المتابعة باستخدام Acme') })],
    }),
  ],
]);
