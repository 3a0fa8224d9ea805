'use strict';
const assert = require('node:assert/strict');
const { request } = require('node:http');
const { URL, URLSearchParams } = require('node:url');

const password = 'velvet tram over the harbour';
const accountOf = (username) => ({
  username,
  email: `${username}@example.com`,
  password,
  password_repeat: password,
});

/** Fetches one address with the cookies of `jar`, a Map, and follows nothing. */
function send(jar, method, url, body = '') {
  const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
  const headers = { cookie, 'content-type': 'application/x-www-form-urlencoded', 'content-length': body.length };
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, headers, agent: false }, (incoming) => {
      let text = '';
      incoming.setEncoding('utf8').on('data', (part) => (text += part));
      incoming.once('error', reject).once('end', () => {
        for (const line of incoming.headers['set-cookie'] ?? []) {
          const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
          if (/max-age=0|expires=thu, 01 jan 1970/i.test(line)) jar.delete(name);
          else jar.set(name, value);
        }
        resolve({ url, status: incoming.statusCode, location: incoming.headers.location, text });
      });
    });
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}

/** Names and values of the controls of a page's only form. */
function controls(html) {
  const [form, ...others] = html.match(/<form\b[\s\S]*?<\/form>/g) ?? [];
  assert.ok(form !== undefined && others.length === 0, html);
  const read = (tag, name) => new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1];
  return Object.fromEntries(
    [...form.matchAll(/<input\b[^>]*>/g)].map(([tag]) => [read(tag, 'name'), read(tag, 'value') ?? '']),
  );
}

/** Somebody with a browser; `open` and `submit` follow to the page they lead to. */
function openVisitor() {
  const jar = new Map();
  const follow = async (answer) => {
    let at = answer;
    for (let hops = 0; at.status === 303 && hops < 5; hops += 1)
      at = await send(jar, 'GET', new URL(at.location, at.url).href);
    return at;
  };
  return {
    open: async (url) => follow(await send(jar, 'GET', url)),
    submit: async (page, fields) =>
      follow(await send(jar, 'POST', page.url, new URLSearchParams({ ...controls(page.text), ...fields }).toString())),
  };
}

/**
 * A whole signup: a wrong code, a link with the right one, an account, signed in; then the used code.
 * Gives the name of who is signed in at the end. `home` is an address of the app that tells `{ user }` as JSON.
 */
async function signUp({ home, page, invitation }) {
  const visitor = openVisitor();
  const wrong = await visitor.submit(await visitor.open(page), { invite_code: 'WRONG-WORD' });
  assert.equal(wrong.status, 422, wrong.text);

  const linked = await visitor.open(invitation.url);
  assert.equal(linked.status, 200, linked.text);
  assert.equal(new URL(linked.url).search, '', 'the code stays in the address');
  assert.equal(controls(linked.text).invite_code, invitation.code, 'the link fills the form');
  const account = await visitor.submit(linked, {});
  assert.ok('password' in controls(account.text), account.text);
  await visitor.submit(account, accountOf('ann'));
  const { user } = JSON.parse((await visitor.open(home)).text);

  const late = openVisitor();
  const used = await late.submit(await late.open(page), { invite_code: invitation.code });
  assert.equal(used.status, 422, used.text);
  return user;
}

module.exports = { accountOf, controls, signUp };
