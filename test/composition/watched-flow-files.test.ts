import assert from 'node:assert/strict';
import { rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { isEnrollmentError } from '../../lib/base/error.js';
import { openTestApp, type TestApp } from '../support/http/test-app.js';
import { Visitor } from '../support/http/visitor.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { waitUntil } from '../support/wait-until.js';

function flowFile(title: string, stages: readonly string[], slug = 'tour'): string {
  return `version: 1
entries:
  - model: authentik_flows.flow
    id: flow
    identifiers: { slug: ${slug} }
    attrs: { title: ${title}, designation: authorization, target: /done }
${stages
  .map(
    (name, index) => `  - model: authentik_stages_dummy.dummystage
    id: ${name}
    identifiers: { name: ${name} }
  - model: authentik_flows.flowstagebinding
    identifiers: { target: !KeyOf flow, stage: !KeyOf ${name}, order: ${String(index)} }`,
  )
  .join('\n')}
`;
}

describe('flow files of an app that runs', () => {
  const folder = temporaryFolder();
  const file = join(folder, 'tour.yaml');
  let app: TestApp;
  const tour = '/if/flow/tour/';

  before(async () => {
    writeFileSync(file, flowFile('First', ['one', 'two']));
    app = await openTestApp({ flowFiles: { folder } });
  });
  after(() => app.close());

  async function titled(title: string): Promise<void> {
    await waitUntil(
      async () =>
        new RegExp(`<h1[^>]*>\\s*${title}`).test((await new Visitor(app).open(tour)).text) ? true : undefined,
      () => `no page is titled ${title}`,
    );
  }

  it('a changed file is taken in; a running plan goes on, and starts again once its steps changed', async () => {
    const visitor = new Visitor(app);
    await visitor.open(tour);
    const second = await visitor.follow(await visitor.submit({}));
    assert.equal(second.status, 200);
    writeFileSync(file, flowFile('Second', ['one', 'two']));
    await titled('Second');
    const done = await visitor.submit({});
    assert.equal(done.location, '/done');

    const other = new Visitor(app);
    await other.open(tour);
    await other.follow(await other.submit({}));
    writeFileSync(file, flowFile('Third', ['zero', 'one', 'two']));
    await titled('Third');
    const restarted = await other.follow(await other.submit({}));
    assert.match(restarted.text, /Third/);
    assert.notEqual((await other.submit({})).location, '/done');
  });

  it('invitations, links and the list of flows know a flow that is new', async () => {
    writeFileSync(join(folder, 'more.yaml'), flowFile('More', ['three'], 'more'));
    await waitUntil(
      () => (app.enrollment.flows.list().some(({ slug }) => slug === 'more') ? true : undefined),
      () => 'the new flow is not listed',
    );
    assert.match(app.enrollment.flowUrl('more'), /\/if\/flow\/more\/$/);
    assert.ok((await app.enrollment.invitations.create({ flow: 'more' })).id);
    rmSync(join(folder, 'more.yaml'));
    await waitUntil(
      async () => ((await new Visitor(app).get('/if/flow/more/')).status === 404 ? true : undefined),
      () => 'the removed flow is still served',
    );
    await assert.rejects(
      app.enrollment.invitations.create({ flow: 'more' }),
      (error) => isEnrollmentError(error) && /there is no flow 'more'/.test(error.message),
    );
  });

  it('a file with mistakes is refused as a whole, and the flows of before stay', async () => {
    writeFileSync(file, flowFile('Fourth', ['one']).replace('!KeyOf one', '!KeyOf on'));
    const logged = await waitUntil(
      () => app.log.find(({ fields }) => fields['code'] === 'WARN_FLOW_FILES'),
      () => 'nothing was logged',
    );
    assert.match(logged.text, /the flows of before stay:\n {2}- .*tour\.yaml:11:\d+: /);
    await titled('Third');
    // What the whole app refuses is refused, too: a flow of code has this slug.
    writeFileSync(file, flowFile('Fifth', ['one'], app.page.split('/').at(-2)));
    const twice = await waitUntil(
      () => app.log.find((one) => one.text.includes('is used twice')),
      () => 'nothing was logged',
    );
    assert.match(twice.text, /in code, and at .*tour\.yaml:3:\d+/);
    await titled('Third');
    writeFileSync(file, flowFile('Sixth', ['one']));
    await titled('Sixth');
  });

  it('a lock of an editor and a link that leads nowhere hide no change of a file', async () => {
    const links = ['.#tour.yaml', '.#notes.txt', 'notes.txt', 'round'].map((name) => join(folder, name));
    for (const link of links) symlinkSync(link.endsWith('round') ? '.' : '/nonexistent/user@host.123', link);
    for (const title of ['Seventh', 'Eighth']) {
      writeFileSync(file, flowFile(title, ['one']));
      await titled(title);
    }
    for (const link of links) rmSync(link);
  });

  it('a flow file that cannot be read is said in the log, and the flows of before stay', async () => {
    const link = join(folder, 'gone.yaml');
    symlinkSync('/nonexistent', link);
    const logged = await waitUntil(
      () => app.log.find(({ text }) => text.includes('gone.yaml')),
      () => 'nothing was logged',
    );
    assert.match(logged.text, /the flows of before stay:\n {2}- .*gone\.yaml:1:1: the file cannot be read$/);
    await titled('Eighth');
    rmSync(link);
    writeFileSync(file, flowFile('Ninth', ['one']));
    await titled('Ninth');
  });
});
