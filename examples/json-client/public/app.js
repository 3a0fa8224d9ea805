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

/** @type {FlowClient | null} */
let client = null;

/** Shows what the address of the page is for. */
async function open() {
  const [, slug] = /^\/flow\/([\w-]+)/.exec(location.pathname) ?? [];
  try {
    if (slug === undefined) return await showHome();
    client = createFlowClient({ baseUrl: location.origin, slug, query: location.search });
    await show(client, await client.current());
  } catch (error) {
    fail(error);
  }
}

/** @param {FlowClient} shownBy @param {Challenge} challenge */
async function show(shownBy, challenge) {
  if (challenge.component === 'xak-flow-redirect' && leave(shownBy, challenge.to)) return;
  const call = (/** @type {() => Promise<Challenge>} */ made) => async () => show(shownBy, await made());
  main.replaceChildren(
    drawChallenge(challenge, {
      pageUrl: shownBy.pageUrl,
      solve: async (response) => show(shownBy, await shownBy.solve(response)),
      cancel: call(() => shownBy.cancel()),
      restart: call(() => shownBy.restart()),
      fail,
    }),
  );
  const heading = main.querySelector('h1');
  const isFirst = document.title === 'Kopi Club';
  document.title = `${heading?.textContent ?? ''} – Kopi Club`;
  // The first field that is wrong; else the errors, or the title, so that screen readers say what has come.
  const first =
    main.querySelector('[aria-invalid="true"], .enrollment-field--invalid input') ??
    main.querySelector('[role="alert"]');
  const focused = first ?? (isFirst ? null : heading);
  if (focused instanceof HTMLElement) focused.focus();
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
  client = null;
  const answer = await fetch('/me');
  const { username } = /** @type {{ username: string | null }} */ (await answer.json());
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
/** @param {unknown} error */
function fail(error) {
  const text = sentenceOf(error);
  const place = document.getElementById('problem');
  const said = element('p', { class: 'enrollment-errors', role: 'alert', tabindex: -1 }, text);
  if (place === null) main.replaceChildren(element('h1', {}, 'Something went wrong'), said);
  else place.replaceChildren(said);
  said.focus();
  // The step is of a plan that is over: the present one is shown.
  if (isFlowClientError(error) && error.code === 'refused' && error.reason === 'invalid_step') void open();
}

/** @param {unknown} error */
function sentenceOf(error) {
  if (!isFlowClientError(error)) return error instanceof Error ? error.message : 'Something went wrong.';
  const wait = error.retryAfterSeconds === null ? 'later' : `in ${error.retryAfterSeconds} seconds`;
  if (error.code === 'too_many_attempts') return `Too many attempts. Try again ${wait}.`;
  if (error.code === 'unavailable') return `We can’t answer right now. Try again ${wait}.`;
  if (error.code === 'unreachable') return 'We couldn’t be reached. Check your connection, and try again.';
  return error.message;
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
addEventListener('popstate', () => void open());

void open();
