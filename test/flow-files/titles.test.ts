import assert from 'node:assert/strict';
import { after, describe, it } from 'mocha';
import { exportFlows, importFlowFiles } from '../../lib/flow-files.js';
import { defineFlow } from '../../lib/flow/flow.js';
import { deny } from '../../lib/stages/deny.js';
import { dummyStage } from '../../lib/stages/dummy.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';

/** A flow of one page, with this title. */
const fileOf = (title: string): string => `version: 1
metadata: {name: Titles}
entries:
  - model: authentik_flows.flow
    id: flow
    identifiers: {slug: titled}
    attrs: {name: Titled, title: ${JSON.stringify(title)}, designation: authorization}
  - {model: authentik_stages_dummy.dummystage, id: stage, identifiers: {name: page}}
  - {model: authentik_flows.flowstagebinding, identifiers: {target: !KeyOf flow, stage: !KeyOf stage, order: 0}}`;

const imported = (title: string) => importFlowFiles([{ file: 'a.yaml', text: fileOf(title) }]);

describe('flow files: %(app)s in titles', () => {
  const apps: TestApp[] = [];
  after(() => Promise.all(apps.map((app) => app.close())));

  async function headingOf(title: string, name: string): Promise<string> {
    const app = await openTestApp({ brand: { name }, flows: imported(title).flows });
    apps.push(app);
    const { text } = await new Visitor(app).open('/if/flow/titled/');
    return /<h1[^>]*>([^]*?)<\/h1>/.exec(text)?.[1]?.trim() ?? '';
  }

  it('is the name of the brand, which is text in every page', async () => {
    assert.equal(await headingOf('Go on to %(app)s, 100%% free', 'Kopi Club'), 'Go on to Kopi Club, 100% free');
    const hostile = `<img src=x onerror=alert(1)> %(app)s {brand} $& ' "`;
    const heading = await headingOf('At %(app)s', hostile);
    assert.equal(heading.includes('<img'), false, heading);
    // Neither filled again, nor a pattern of a replacement.
    assert.match(heading, /^At &lt;img src=x onerror=alert\(1\)&gt; %\(app\)s \{brand\} \$&amp; &#3?9;/);
  });

  const rows: readonly (readonly [title: string, filled: string, noticed: RegExp | null])[] = [
    ['%(app)s', '{brand}', null],
    ['50%% of %(app)s', '50% of {brand}', null],
    ['%%(app)s', '%(app)s', null],
    ['%(app)s is 100% safe', '%(app)s is 100% safe', /a % that is neither/],
    ['%(app)999999999s', '%(app)999999999s', /a % that is neither/],
    ['%(other)s', '%(other)s', /a % that is neither/],
    ['%', '%', /a % that is neither/],
    ['Hello %(user)s at %(app)s', 'Hello %(user)s at %(app)s', /%\(user\)s/],
  ];
  for (const [title, filled, noticed] of rows)
    it(`${title} becomes ${filled}`, () => {
      const { flows, problems } = imported(title);
      assert.deepEqual(flows[0]?.title.values, { text: filled });
      assert.deepEqual(
        problems.map(({ severity, line }) => [severity, line]),
        noticed === null ? [] : [['noticed', 7]],
      );
      if (noticed !== null) assert.match(problems[0]?.message ?? '', noticed);
    });

  it('words in braces are shown as they are, also {brand}, which is reported', async () => {
    assert.equal(await headingOf('{x} at %(app)s, {y', 'Kopi Club'), '{x} at Kopi Club, {y');
    assert.equal(await headingOf('{brand} is 100% safe', 'Kopi Club'), '{brand} is 100% safe');
    assert.equal(await headingOf('{%(app)s}', 'Kopi Club'), '{Kopi Club}');
    assert.deepEqual(imported('{x} at %(app)s').problems, []);
    assert.match(imported('{brand}').problems[0]?.message ?? '', /%\(app\)s is the name of the brand/);
  });

  const exported: readonly (readonly [title: string, written: string])[] = [
    ['%(app)s, 5%%', '%(app)s, 5%%'],
    ['%%(app)s and %%', '%%(app)s and %%'],
    ['{x} %(app)s 5%%', '{x} %(app)s 5%%'],
    ['{brand}', '{brand}'],
    // Shown as it is, which authentik does with what is written then, too.
    ['100% {x}', '100%% {x}'],
    ['100% %(app)s', '100%% %%(app)s'],
  ];
  for (const [title, written] of exported)
    it(`${title} is exported as authentik fills it, and imports to the same title`, () => {
      const { flows } = imported(title);
      const text = exportFlows(flows);
      const again = importFlowFiles([{ file: 'b.yaml', text }]);
      assert.deepEqual(/ title: (?<title>.*)/.exec(text)?.groups?.['title']?.replace(/^["'](.*)["']$/, '$1'), written);
      assert.deepEqual(again.flows[0]?.title, flows[0]?.title);
      assert.equal(exportFlows(again.flows), text);
    });

  it('the brand in a title of code is exported as authentik has it', () => {
    const flow = defineFlow({
      slug: 'shop',
      title: '5% at {brand}',
      designation: 'authorization',
      layout: 'content_left',
      stages: [dummyStage({ name: 'page' }), deny({ name: 'end', message: 'Ask {brand}' })],
    });
    const text = exportFlows([flow]);
    assert.match(text, /title: "?5%% at %\(app\)s"?\n/);
    const [again] = importFlowFiles([{ file: 'b.yaml', text }]).flows;
    assert.deepEqual(again?.title, flow.title);
    assert.deepEqual(again.bindings[1]?.stage.settings, flow.bindings[1]?.stage.settings);
    assert.equal(again.layout, 'content_left');
  });
});
