/** The page: which flow its address names, the client of that flow, and what the client gets. */
import { createFlowClient, isFlowClientError } from './client.js';
import { element, link, list } from './dom.js';
import { drawChallenge } from './frame.js';

/** @import { Challenge, FlowClient } from './client.js' */

const flows = {
  'sign-in': 'Sign in',
  invite: 'Sign up with an invitation',
  recovery: 'Forgot your password?',
  account: 'Your account',
  'accept-invitation': 'Accept an invitation',
  consent: 'Allow an application',
  waitlist: 'Join the waitlist',
  'sign-out': 'Sign out',
  prompts: 'Every kind of question',
  stages: 'A button and a captcha',
  picture: 'A picture of you',
  proof: 'A proof by Acme',
};
const main = document.getElementById('main') ?? document.body;

/** The client of the flow that is shown; `null`: the home page. @type {FlowClient | null} */
let client = null;
/** The address that is shown. */
let address = '';
let isFirst = true;

const addressNow = () => location.pathname + location.search;

/** Shows what the address of the page is for. */
async function open() {
  const [, slug] = /^\/flow\/([\w-]+)/.exec(location.pathname) ?? [];
  address = addressNow();
  const shown =
    slug === undefined ? null : createFlowClient({ baseUrl: location.origin, slug, query: location.search });
  client = shown;
  try {
    if (shown === null) await showHome();
    else await show(shown, await shown.current());
  } catch (error) {
    failIn(shown, error);
  }
}

/** `typed`: what the challenge is the answer to. */
/** @param {FlowClient} shownBy @param {Challenge} challenge @param {object} [typed] */
async function show(shownBy, challenge, typed = {}) {
  // The person went elsewhere before it came. The home page says who is signed in, which may have changed.
  if (shownBy !== client) return client === null ? showHome() : undefined;
  if (challenge.component === 'xak-flow-redirect' && leave(shownBy, challenge.to)) return;
  const call = (/** @type {() => Promise<Challenge>} */ made) => async () => show(shownBy, await made());
  main.replaceChildren(
    drawChallenge(challenge, {
      pageUrl: shownBy.pageUrl,
      solve: async (response) => show(shownBy, await shownBy.solve(response), response),
      cancel: call(() => shownBy.cancel()),
      restart: call(() => shownBy.restart()),
      fail: (error) => failIn(shownBy, error),
      typed,
    }),
  );
  const heading = main.querySelector('h1');
  document.title = `${heading?.textContent ?? ''} – Kopi Club`;
  // The first field that is wrong; else the errors, or the title, so that screen readers say what has come.
  const first =
    main.querySelector('[aria-invalid="true"], .enrollment-field--invalid input') ??
    main.querySelector('[role="alert"]');
  const focused = first ?? (isFirst ? null : heading);
  if (focused instanceof HTMLElement) focused.focus();
  isFirst = false;
}

/** Goes to another flow in this page, or to a page of this site. A link to another site is for the person to follow. */
/** @param {FlowClient} shownBy @param {string} to */
function leave(shownBy, to) {
  const next = shownBy.at(to);
  if (next !== null) {
    history.pushState(null, '', addressOf(next));
    void open();
    return true;
  }
  const url = shownBy.urlOf(to);
  if (url === null || new URL(url).origin !== location.origin) return false;
  location.assign(url);
  return true;
}

/** @param {FlowClient} of */
function addressOf({ slug, query }) {
  return `/flow/${slug}${query === '' ? '' : `?${query}`}`;
}

async function showHome() {
  const answer = await fetch('/me');
  const { username } = /** @type {{ username: string | null }} */ (await answer.json());
  if (client !== null) return;
  document.title = 'Kopi Club';
  main.replaceChildren(
    element('div', { class: 'enrollment-heading' }, element('h1', { class: 'enrollment-heading__title' }, 'Kopi Club')),
    element(
      'p',
      { class: 'enrollment-message' },
      ...(username === null
        ? ['You’re not signed in.']
        : ['Signed in as ', element('strong', { id: 'who' }, username)]),
    ),
    list(Object.entries(flows).map(([slug, label]) => link(`/flow/${slug}`, label))) ?? '',
  );
}

/** Says what went wrong; the form stays as it is, to be sent again. */
/** @param {FlowClient | null} shownBy @param {unknown} error */
function failIn(shownBy, error) {
  if (shownBy !== client) return;
  const text = sentenceOf(error);
  const place = document.getElementById('problem');
  const said = element('p', { class: 'enrollment-errors', role: 'alert', tabindex: -1 }, text);
  if (place === null) main.replaceChildren(element('h1', {}, 'Something went wrong'), said);
  else place.replaceChildren(said);
  said.focus();
}

/** @param {unknown} error */
function sentenceOf(error) {
  if (!isFlowClientError(error)) return error instanceof Error ? error.message : 'Something went wrong.';
  const wait = error.retryAfterSeconds === null ? 'later' : `in ${error.retryAfterSeconds} seconds`;
  if (error.code === 'too_many_attempts') return `Too many attempts. Try again ${wait}.`;
  if (error.code === 'unavailable') return `We can’t answer right now. Try again ${wait}.`;
  if (error.code === 'unreachable') return 'We couldn’t be reached. Check your connection, and try again.';
  if (error.reason === 'not_found') return 'This page doesn’t exist.';
  if (error.reason === 'csrf_failed') return 'Your browser blocks our cookies. Allow them, and try again.';
  console.info(error);
  return 'Something went wrong. Please try again.';
}

// Links to pages of flows stay in this page, but for those that are meant for the kit's own.
document.addEventListener('click', (event) => {
  const anchor = event.target instanceof Element ? event.target.closest('a') : null;
  if (anchor === null || event.ctrlKey || event.metaKey || anchor.target !== '' || 'page' in anchor.dataset) return;
  const other = client?.at(anchor.href) ?? null;
  // A link to the page of the same flow is meant for that page.
  const next = other?.slug === client?.slug ? null : other;
  const isOwn = anchor.origin === location.origin && /^\/(?:$|flow\/)/.test(anchor.pathname) && anchor.hash === '';
  if (next === null && !isOwn) return;
  event.preventDefault();
  history.pushState(null, '', next === null ? anchor.href : addressOf(next));
  void open();
});
addEventListener('popstate', () => {
  // A link to a field of the same page changes what follows "#" alone.
  if (addressNow() !== address) void open();
});

void open();
