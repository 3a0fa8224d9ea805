/** Draws a challenge: title, notices, errors, the form of its component, sources and links. */
import { viewOf } from './components.js';
import { element, link, list, paragraph } from './dom.js';
import { drawField, idOf, shownFields, valuesOf, withTyped } from './fields.js';

/** @import { Challenge, ChallengeResponse } from './client.js' */
/** @import { Answer, View } from './components.js' */
/** @import { Values } from './fields.js' */

/**
 * @typedef {object} Actions
 * @property {(response: ChallengeResponse) => Promise<void>} solve
 * @property {() => Promise<void>} cancel
 * @property {() => Promise<void>} restart
 * @property {(error: unknown) => void} fail
 * @property {string} pageUrl  the page of the same step
 * @property {object} [typed]  the answer that the challenge came to
 */

/** @param {Challenge} challenge @param {Actions} actions @returns {HTMLElement} */
export function drawChallenge(challenge, actions) {
  const { page, flow_info: info, response_errors: errors = {} } = challenge;
  const view = viewOf(challenge);
  const sources = 'sources' in challenge ? (challenge.sources ?? []) : [];
  // A link back to the flow that refuses is a button here: it ends the plan, too.
  const again = view?.answer === null ? page?.links.find(({ href }) => isSamePath(href, actions.pageUrl)) : undefined;
  const links = (page?.links ?? []).filter((one) => one !== again && one.href !== info?.cancel_url);
  const cancel = page?.links.find(({ href }) => href === info?.cancel_url);
  const title = page?.title ?? info?.title ?? 'Something went wrong';
  return element(
    'div',
    { 'data-component': challenge.component },
    element(
      'div',
      { class: 'enrollment-heading' },
      element('h1', { class: 'enrollment-heading__title', tabindex: -1 }, title),
      !page?.intro ? null : element('p', { class: 'enrollment-heading__intro' }, page.intro),
    ),
    !page?.notice ? null : element('p', { class: 'enrollment-notice', role: 'status' }, page.notice),
    ...(page?.messages ?? []).filter((text) => !isSaid(view, text)).map(paragraph),
    summaryOf(errors, view),
    element('div', { id: 'problem' }),
    ...(view === null
      ? [paragraph('This step is shown by its page.')]
      : view.answer === null
        ? view.content
        : [drawForm(view, view.answer, errors, page, actions)]),
    view?.answer ? null : buttonsOf(page, () => ({}), actions),
    !page?.reference ? null : element('p', { class: 'enrollment-reference' }, page.reference),
    list(
      sources.map(({ name, icon_url: icon, challenge: { to } }) =>
        element(
          'a',
          { class: 'enrollment-source', href: to },
          !icon
            ? null
            : element('img', { class: 'enrollment-source__icon', src: icon, alt: '', width: 20, height: 20 }),
          element('span', { class: 'enrollment-source__label' }, name),
        ),
      ),
    ),
    list([
      ...links.map(({ href, label }) => link(href, label)),
      ...(cancel === undefined ? [] : [button(cancel.label, actions.cancel, actions)]),
      button(again?.label ?? 'Start again', actions.restart, actions),
      element('a', { class: 'enrollment-link', href: actions.pageUrl, 'data-page': true }, 'Continue on the page'),
    ]),
  );
}

/** True for what the component says itself. */
/** @param {View | null} view @param {string} text */
function isSaid(view, text) {
  return view?.content.some(({ textContent }) => textContent === text) ?? false;
}

/** @param {string} one @param {string} other */
function isSamePath(one, other) {
  return new URL(one, location.href).pathname === new URL(other, location.href).pathname;
}

/** @param {View} view @param {Answer} answer @param {NonNullable<Challenge['response_errors']>} errors @param {Challenge['page']} page @param {Actions} actions */
function drawForm(view, answer, errors, page, actions) {
  const { content, others = [] } = view;
  // An error of the component itself is not one of these fields, and they may be another person's.
  const isSame = Object.keys(errors).length > 0 && errors['component'] === undefined;
  const fields = isSame ? withTyped(view.fields, actions.typed ?? {}) : view.fields;
  /** @type {HTMLFormElement} */
  const form = element(
    'form',
    // The server checks every answer; its words stand beside the fields.
    { class: 'enrollment-form', method: 'post', novalidate: true },
    ...content,
    ...shownFields(fields).map((field) => drawField(field, errors)),
    element('button', { class: 'enrollment-button', type: 'submit' }, view.submit ?? page?.submit ?? 'Continue'),
    buttonsOf(page, () => valuesOf(form, fields), actions),
    list(
      others.map(({ label, answer: other }) =>
        button(label, async () => actions.solve(await other(valuesOf(form, fields))), actions),
      ),
    ),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (form.ariaBusy === 'true') return;
    form.ariaBusy = 'true';
    send(async () => actions.solve(await answer(valuesOf(form, fields))), actions).finally(() => {
      form.ariaBusy = 'false';
    });
  });
  return form;
}

/** The page's other buttons, with its words: what each sends is in the challenge. One that removes keeps what was typed. */
/** @param {Challenge['page']} page @param {() => Values} typed @param {Actions} actions */
function buttonsOf(page, typed, actions) {
  return list(
    (page?.actions ?? []).map(({ name, label, response }) =>
      button(label, () => actions.solve(name === 'remove' ? { ...typed(), ...response } : response), actions),
    ),
  );
}

/** What is wrong, each with a link to its field. */
/** @param {NonNullable<Challenge['response_errors']>} errors @param {View | null} view */
function summaryOf(errors, view) {
  const fields = shownFields(view?.fields ?? []);
  const items = Object.entries(errors).flatMap(([key, details]) => {
    const field = fields.find(({ field_key }) => field_key === key);
    return details.map(({ string }) =>
      element('li', {}, field === undefined ? string : element('a', { href: `#${idOf(field)}` }, string)),
    );
  });
  if (items.length === 0) return null;
  return element(
    'div',
    { class: 'enrollment-errors', role: 'alert', tabindex: -1 },
    element('h2', { class: 'enrollment-errors__heading' }, 'Check your answers'),
    element('ul', { class: 'enrollment-errors__list' }, ...items),
  );
}

/** @param {string} label @param {() => Promise<void>} action @param {Actions} actions */
function button(label, action, actions) {
  const made = element('button', { class: 'enrollment-link', type: 'button' }, label);
  made.addEventListener('click', () => {
    if (made.ariaBusy === 'true') return;
    made.ariaBusy = 'true';
    void send(action, actions).finally(() => {
      made.ariaBusy = 'false';
    });
  });
  return made;
}

/** @param {() => Promise<void>} action @param {Actions} actions */
async function send(action, { fail }) {
  document.getElementById('problem')?.replaceChildren();
  try {
    await action();
  } catch (error) {
    fail(error);
  }
}
