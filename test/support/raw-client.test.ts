import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'mocha';
import { form } from './html-form.js';
import { RawClient } from './raw-client.js';

describe('the raw client', () => {
  let server: Server;
  let url: string;

  before(async () => {
    server = createServer((req, res) => {
      if (req.url === '/page') {
        res.setHeader('Set-Cookie', ['seen=1; Path=/', 'here=2; Path=/page']);
        res.end('<form method="post" action="/take"><input type="hidden" name="step" value="a&amp;b"></form>');
        return;
      }
      let body = '';
      req.on('data', (chunk: Buffer) => (body += chunk.toString()));
      req.on('end', () => {
        res.writeHead(303, { Location: '/page' });
        res.end(JSON.stringify({ method: req.method, body, headers: req.headers }));
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/join`;
  });
  after(() => server.close());

  it('keeps cookies, submits a form and follows no redirect', async () => {
    const client = new RawClient(url);
    const page = await client.get('/page');
    const { action, hidden } = form(page.text);
    const answer = await client.post(action, { ...hidden, tag: ['x', 'y z'] }, { 'X-Extra': 'yes' });
    assert.equal(answer.status, 303);
    assert.equal(answer.location, '/page');
    const heard = JSON.parse(answer.text);
    assert.equal(heard.body, 'step=a%26b&tag=x&tag=y+z');
    assert.equal(heard.headers.cookie, 'seen=1');
    assert.equal(heard.headers['x-extra'], 'yes');
    assert.equal(heard.headers['content-type'], 'application/x-www-form-urlencoded');
  });

  it('posts text as it is, with the given type', async () => {
    const answer = await new RawClient(url).post('/take', '{"a":1}', { 'Content-Type': 'application/json' });
    const heard = JSON.parse(answer.text);
    assert.equal(heard.body, '{"a":1}');
    assert.equal(heard.headers['content-type'], 'application/json');
    assert.equal(heard.headers.cookie, undefined);
  });
});
