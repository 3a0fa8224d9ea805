import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { importFlowFiles } from '../../lib/flow-files.js';

const imported = (layout: string) =>
  importFlowFiles([
    {
      file: 'a.yaml',
      text: `version: 1
metadata: {name: Layouts}
entries:
  - model: authentik_flows.flow
    id: flow
    identifiers: {slug: drawn}
    attrs: {name: Drawn, title: Drawn, designation: authorization, layout: ${layout}}
  - {model: authentik_stages_dummy.dummystage, id: stage, identifiers: {name: page}}
  - {model: authentik_flows.flowstagebinding, identifiers: {target: !KeyOf flow, stage: !KeyOf stage, order: 0}}`,
    },
  ]);

describe('flow files: the layout of a flow', () => {
  for (const [name, layout] of [
    ['stacked', 'stacked'],
    ['content_left', 'split'],
    ['content_right', 'split'],
    ['sidebar_left', 'split'],
    ['sidebar_right', 'split'],
    ['sidebar_left_frame_background', 'split'],
    ['sidebar_right_frame_background', 'split'],
  ] as const)
    it(`FL-4: ${name} of authentik is ${layout}`, () => {
      const { flows, problems } = imported(name);
      assert.equal(flows[0]?.layout, layout);
      assert.deepEqual(problems, []);
    });

  it('one that authentik does not have is of the app, and is reported', () => {
    const { flows, problems } = imported('wide');
    assert.equal(flows[0]?.layout, 'wide');
    assert.match(JSON.stringify(problems), /no layout of authentik/);
  });
});
