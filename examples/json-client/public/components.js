/** Every component of the API: what stands in its form, and what answers it. */
import { solveCaptcha } from './captcha.js';
import { element, link, list, paragraph } from './dom.js';
import { makePasskey, usePasskey } from './passkey.js';

/** @import { Challenge, ChallengeResponse, PromptField } from './client.js' */
/** @import { Values } from './fields.js' */

/** @typedef {(values: Values) => ChallengeResponse | Promise<ChallengeResponse>} Answer */

/**
 * @typedef {object} View
 * @property {readonly Node[]} content  what it shows above its fields
 * @property {readonly PromptField[]} fields
 * @property {Answer | null} answer  `null`: nothing answers it
 * @property {string} [submit]  the button; left out: as the page says it
 * @property {readonly { readonly label: string, readonly answer: Answer }[]} [others]  buttons that the challenge does not name
 */

/**
 * @template {Challenge['component']} Name
 * @typedef {Extract<Challenge, { component: Name }>} Of
 */

/** @param {Challenge} challenge @returns {View | null} `null`: a component that this page does not know */
export function viewOf(challenge) {
  const { component } = challenge;
  switch (component) {
    case 'ak-stage-prompt':
      return withCaptcha(challenge.captcha, {
        content: [],
        fields: challenge.fields,
        answer: (values) => ({ ...values, component: 'ak-stage-prompt' }),
      });
    case 'ak-stage-identification':
      return identification(challenge);
    case 'ak-stage-password':
      return {
        content: personOf(challenge),
        fields: (challenge.fields ?? []).filter(({ read_only: isReadOnly }) => isReadOnly !== true),
        answer: (values) => ({ ...values, component, password: textIn(values, 'password') }),
      };
    case 'ak-stage-email':
      return email(challenge);
    case 'ak-stage-consent':
      return consent(challenge);
    case 'ak-stage-captcha':
      return withCaptcha(
        challenge.captcha,
        { content: [], fields: [], answer: () => ({ component, token: '' }) },
        (answer, token) => ({ ...answer, component, token }),
      );
    case 'ak-stage-authenticator-totp':
      return totp(challenge);
    case 'ak-stage-authenticator-static':
      return {
        content: [
          ...personOf(challenge),
          element(
            'ul',
            { class: 'codes' },
            ...challenge.codes.map((code) => element('li', {}, element('code', {}, code))),
          ),
        ],
        fields: [],
        answer: () => ({ component, set: challenge.set }),
      };
    case 'ak-stage-authenticator-webauthn':
      return webauthn(challenge);
    case 'ak-stage-authenticator-validate':
      return validate(challenge);
    case 'ak-stage-user-login':
      return { content: personOf(challenge), fields: [], answer: () => ({ component }) };
    case 'ak-stage-accept-invitation':
      return {
        content: [challenge.description, challenge.user].flatMap((text) =>
          text === null || text === undefined ? [] : [paragraph(text)],
        ),
        fields: challenge.fields,
        answer: () => ({ component, decision: 'accept' }),
      };
    case 'ak-stage-connections':
      return {
        content: said(challenge.text),
        fields: challenge.fields,
        answer: (values) => ({ component, connection: textIn(values, 'connection') }),
      };
    case 'ak-stage-authenticator-edit':
      return {
        content: said(challenge.text),
        fields: challenge.fields,
        answer: (values) => ({ component, authenticator_name: textIn(values, 'authenticator_name') }),
      };
    case 'ak-stage-authenticator-removal':
      return {
        content: said(challenge.text),
        fields: challenge.fields,
        answer: () => ({ component }),
      };
    case 'ak-stage-dummy':
      return { content: [], fields: [], answer: () => ({ component }) };
    case 'ak-stage-account-menu':
    case 'ak-stage-account-choice':
    case 'ak-stage-noted':
    case 'ak-stage-password-changed':
    case 'ak-stage-address-restored':
    case 'ak-stage-email-confirmed':
      return { content: said(challenge.text), fields: challenge.fields, answer: () => ({ component }) };
    case 'ak-stage-source':
      return { content: said(challenge.text), fields: challenge.fields, answer: null };
    case 'xak-flow-redirect':
      return ending([list([link(challenge.to, challenge.final_redirect ? 'Continue' : 'Go on')])]);
    case 'ak-stage-access-denied':
      return ending(said(challenge.error_message), challenge);
    case 'ak-stage-flow-error':
      return ending([...said(challenge.error), paragraph(`Reference: ${challenge.request_id}`)]);
    case 'ak-stage-session-end':
      return ending([paragraph(`You’re signed out of ${challenge.brand_name}.`)]);
    case 'ak-stage-enrolled':
      return ending(challenge.messages.map(paragraph));
    default:
      return rest(component);
  }
}

/** A component that the types do not have: of a newer server, or of a stage of the app. */
/** @param {never} component */
function rest(component) {
  console.warn(`the component ${String(component)} is not known here`);
  return null;
}

/** @param {Of<'ak-stage-identification'>} challenge @returns {View} */
function identification({ component, fields = [], passkey_challenge: request, captcha_stage: captcha }) {
  const others =
    request === null || request === undefined || !('PublicKeyCredential' in window)
      ? []
      : [
          {
            label: 'Use a passkey',
            answer: async () => ({ component, passkey: await usePasskey(request) }),
          },
        ];
  return withCaptcha(captcha?.captcha, {
    content: [],
    fields,
    answer: (values) => ({ ...values, component }),
    others,
  });
}

/** @param {Of<'ak-stage-email'>} challenge @returns {View} */
function email({ component, text, fields, opens_mail_link: isOpen }) {
  return {
    content: said(text),
    fields: isOpen ? [] : fields,
    answer: (values) => (isOpen ? { component } : { component, code: textIn(values, 'code') }),
  };
}

/** @param {Of<'ak-stage-consent'>} challenge @returns {View} */
function consent({ component, header_text: header, permissions, additional_permissions: more, token, ...shown }) {
  const names = [...permissions, ...more].map(({ name }) => element('li', {}, name));
  return {
    content: [...personOf(shown), ...said(header), element('ul', {}, ...names)],
    fields: [],
    answer: () => ({ component, token }),
  };
}

/** @param {Of<'ak-stage-authenticator-totp'>} challenge @returns {View} */
function totp({ component, config_url: address, qr, fields = [], ...shown }) {
  const secret = new URL(address).searchParams.get('secret') ?? '';
  return {
    content: [
      ...personOf(shown),
      ...(!qr ? [] : [qrCode(qr)]),
      element('p', { class: 'enrollment-message' }, 'Key: ', element('code', { id: 'key' }, secret)),
      element('p', {}, link(address, 'Open in an authenticator app')),
    ],
    fields: fields.filter(({ field_key: key }) => key === 'code'),
    answer: (values) => ({ component, code: textIn(values, 'code') }),
  };
}

/** @param {{ readonly size: number, readonly path: string }} qr */
function qrCode({ size, path }) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const attributes = {
    viewBox: `0 0 ${size} ${size}`,
    role: 'img',
    'aria-label': 'QR code',
    class: 'enrollment-qr__code',
  };
  for (const [name, value] of Object.entries(attributes)) svg.setAttribute(name, value);
  svg.append(area('#fff', `M0 0h${size}v${size}H0z`), area('#000', path));
  return element('div', { class: 'enrollment-qr' }, svg);
}

/** @param {string} fill @param {string} d */
function area(fill, d) {
  const drawn = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  drawn.setAttribute('fill', fill);
  drawn.setAttribute('d', d);
  return drawn;
}

/** @param {Of<'ak-stage-authenticator-webauthn'>} challenge @returns {View} */
function webauthn({ component, registration, ...shown }) {
  return {
    content: personOf(shown),
    fields: [],
    answer: registration === null ? null : async () => ({ component, response: await makePasskey(registration) }),
  };
}

/** @param {Of<'ak-stage-authenticator-validate'>} challenge @returns {View} */
function validate({ component, device_challenges: devices, removes = [], fields, ...shown }) {
  const passkey = devices.find(({ device_class: one }) => one === 'webauthn');
  const content = [
    ...personOf(shown),
    ...removes.map(({ label, initial_value }) => paragraph(`${label} ${initial_value}`)),
  ];
  if (passkey !== undefined && Object.keys(passkey.challenge).length > 0)
    return {
      content,
      fields: [],
      submit: 'Use a passkey',
      answer: async () => ({ component, webauthn: await usePasskey(passkey.challenge) }),
    };
  return { content, fields, answer: (values) => ({ component, code: textIn(values, 'code') }) };
}

/** @param {readonly (Node | null)[]} content @param {{ readonly pending_user?: string }} [shown] @returns {View} */
function ending(content, shown = {}) {
  return { content: [...personOf(shown), ...content.filter((one) => one !== null)], fields: [], answer: null };
}

/**
 * Adds the answer of a captcha to that of the form. A captcha of a provider needs scripts of another site: the page of
 * the same step shows it.
 *
 * @param {Readonly<Record<string, unknown>> | undefined} captcha
 * @param {View & { readonly answer: Answer }} view
 * @param {(answer: ChallengeResponse, token: string) => ChallengeResponse} add
 * @returns {View}
 */
function withCaptcha(captcha, view, add = (answer, token) => ({ ...answer, captcha_token: token })) {
  if (captcha === undefined) return view;
  const solved = solveCaptcha(captcha);
  if (solved === null)
    return { content: [paragraph('This captcha is shown by the page of this step.')], fields: [], answer: null };
  return { ...view, answer: async (values) => add(await view.answer(values), await solved) };
}

/** @param {string | undefined} text */
function said(text) {
  return text === undefined || text === '' ? [] : text.split('\n').map(paragraph);
}

/** @param {{ readonly pending_user?: string }} shown */
function personOf({ pending_user: user = '' }) {
  return user === '' ? [] : [element('p', { class: 'enrollment-message' }, element('strong', {}, user))];
}

/** @param {Values} values @param {string} key */
function textIn(values, key) {
  const value = values[key];
  return typeof value === 'string' ? value : '';
}
