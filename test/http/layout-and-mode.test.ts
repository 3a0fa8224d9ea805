import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { changeFlow } from '../../lib/flows.js';
import { defineFlow, deny, promptStage, signInFlow, text, userWrite, username } from '../../lib/index.js';
import { dummyStage } from '../../lib/stages.js';
import { openTestApp, signup, type TestApp, type TestAppOptions } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

describe('the layout of a flow and its compatibility mode', () => {
  let testApp: TestApp;
  afterEach(() => testApp.close());

  const flow = (slug: string, more: object = {}) =>
    defineFlow({
      slug,
      title: slug,
      designation: 'stage_configuration',
      authentication: 'none',
      stages: [dummyStage({ name: 'page' })],
      ...more,
    });
  const layoutAt = async (path: string): Promise<string | undefined> =>
    /<body class="[^"]*enrollment-page--(stacked|split|plain)/.exec((await new Visitor(testApp).open(path)).text)?.[1];
  const open = async (options: TestAppOptions): Promise<void> => {
    testApp = await openTestApp(options);
  };

  it('FL-4: a flow has its own layout on all its pages, the others have that of the app', async () => {
    const refusing = { designation: 'stage_configuration', stages: [deny({ name: 'deny' })] };
    await open({
      brand: { name: 'Club', layout: 'split' },
      flows: [
        flow('own', { layout: 'plain' }),
        flow('refused', { ...refusing, layout: 'plain' }),
        flow('other'),
        signup,
      ],
    });
    assert.equal(await layoutAt('/if/flow/own/'), 'plain');
    assert.equal(await layoutAt('/if/flow/refused/'), 'plain');
    assert.equal(await layoutAt('/if/flow/other/'), 'split');
    assert.equal(await layoutAt('/if/flow/nowhere/'), 'split');
    const visitor = new Visitor(testApp);
    await visitor.open('/if/flow/own/');
    assert.match((await visitor.open('/if/flow/own/cancel/')).text, /enrollment-page--plain/);
  });

  it('FL-4: without either, the layout is stacked; the background is one of the brand', async () => {
    await open({ brand: { name: 'Club', background: '#123456' }, flows: [flow('own'), signup] });
    assert.equal(await layoutAt('/if/flow/own/'), 'stacked');
    const { text: page } = await new Visitor(testApp).open('/if/flow/own/');
    const sheets = [...page.matchAll(/<link rel="stylesheet" href="([^"]+)"/g)].map(([, href = '']) => href);
    const styles = await Promise.all(sheets.map(async (href) => (await new Visitor(testApp).get(href)).text));
    assert.match(styles.join(''), /#123456/);
  });

  it('FL-7: the mode is kept, also by a changed flow, and changes no page: each is a plain form', async () => {
    const stages = [
      promptStage({
        name: 'account',
        prompts: [username({ key: 'username', label: 'Name' }), text({ key: 'city', label: 'City' })],
      }),
      userWrite({ name: 'write', attributes: ['city'] }),
    ];
    const one = flow('one', { designation: 'enrollment', stages, compatibilityMode: true });
    const other = changeFlow(one, { slug: 'other' });
    const off = changeFlow(one, { slug: 'off', compatibilityMode: false });
    assert.deepEqual(
      [one, other, off].map(({ compatibilityMode }) => compatibilityMode),
      [true, true, false],
    );
    assert.equal(signInFlow({ slug: 'sign-in' }).compatibilityMode, false);
    await open({ registration: 'open', flows: [one, off] });
    const pages = await Promise.all(
      ['one', 'off'].map(async (slug) => (await new Visitor(testApp).open(`/if/flow/${slug}/`)).text),
    );
    const [first, second] = pages.map((page) => page.replaceAll(/\/(one|off)\//g, '/').replace(/value="0\.[^"]+"/, ''));
    assert.equal(first, second);
  });
});
