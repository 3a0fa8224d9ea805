import assert from 'node:assert/strict';
import fc from 'fast-check';
import { after, before, describe, it } from 'mocha';
import type { Browser, Page } from 'playwright-core';
import type { Message } from '../../lib/base/message.js';
import { drawFlow, type DiagramSettings } from '../../lib/flow-diagram/diagram.js';
import { defineFlow, type Flow } from '../../lib/flow/flow.js';
import { definePolicy } from '../../lib/flow/policy.js';
import { ifSso, inGroup, inviteCode } from '../../lib/policies.js';
import { text } from '../../lib/prompts.js';
import { deny, dummyStage, promptStage, redirectStage } from '../../lib/stages.js';
import { effort, sampleOf } from '../support/campaign.js';
import { launchBrowser, shot } from '../support/chromium.js';
import { misplaced } from '../support/flow/misplaced-boxes.js';
import { drawnByMermaid, loadMermaid, readByMermaid } from '../support/flow/draw-by-mermaid.js';
import { readMermaid } from '../support/flow/read-mermaid.js';

function flowWith(title: string, words: string): Flow {
  return defineFlow({
    slug: 'join',
    title,
    designation: 'authorization',
    authentication: 'require_authenticated',
    deniedAction: 'continue',
    policies: [ifSso()],
    stages: [
      {
        stage: promptStage({
          name: 'gate',
          title: words,
          prompts: [text({ key: 'code', label: 'Code' })],
          validation: [inviteCode({ field: 'code' })],
        }),
        policies: [definePolicy({ name: words, check: () => true })],
        invalidResponseAction: 'restart',
      },
      {
        stage: dummyStage({ name: 'news' }),
        policies: [
          { policy: inGroup('staff'), negate: true },
          { policy: ifSso(), enabled: false },
        ],
        mode: 'all',
      },
      { stage: deny({ name: 'no' }), policies: [{ policy: inGroup('banned'), failureResult: true }] },
      { stage: dummyStage({ name: 'unasked' }), policies: [ifSso()], reEvaluatePolicies: false },
      redirectStage({ name: 'away', targetStatic: 'https://shop.example/' }),
    ],
    insertable: [dummyStage({ name: 'more' })],
  });
}

function textOf(one: Message): string {
  const value = one.values?.['text'];
  return one.id === 'literal' && typeof value === 'string' ? value : one.id;
}

const draw = (flow: Flow, settings?: DiagramSettings): string => drawFlow(flow, textOf, settings);

// What ends labels, quotes, attributes, comments and directives in either format, and what XML does not allow.
const hostile = [
  '"]; click n0 "javascript:alert(1)"',
  '%%{init: {"theme": "dark"}}%%',
  '</title></style><script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '`**bold** _x_`',
  '1. one',
  '- two',
  'end',
  '&amp;#35;#quot;;',
  ']]>--><!--',
  '\u0000\u0008\u001b[31m\ud800\ufffe',
  'a\nb\r\n  n0 --> n1',
  // Mermaid reads a line with these words as a statement of its own, in labels too.
  'in the direction LR',
  'direction\u3000TB',
  'a direction TD of its own',
  'style: x#1; classDef y:#2;',
  'graph; subgraph; class; click n0; linkStyle 0',
  'fa:fa-bell $$x$$ n0@{ shape: circle } e1@-->',
  'x'.repeat(5_000),
];

describe('diagrams of flows', () => {
  const flow = flowWith('Join', 'Your code');

  it('Mermaid: stages, policies, skips, refusals, and a step', () => {
    const { nodes, edges, current } = readMermaid(draw(flow, { step: 'news' }));
    const named = (id: string): string => (nodes.get(id) ?? []).join(' / ');
    const way = (from: string, kind: string): readonly string[] =>
      edges.filter((edge) => named(edge.from).startsWith(from) && edge.label === kind).map(({ to }) => named(to));
    assert.deepEqual(
      [...nodes.values()].map((lines) => lines.join(' / ')),
      [
        'Join / join · authorization / for signed-in users',
        'Policy / if-sso',
        'Policy / Your code',
        'Your code / gate · prompt / asks: code / checks: invite-code / an invalid answer starts the flow again',
        'Policy / not in-group-staff / if-sso (switched off)',
        'Current step / news / dummy',
        'Policy / in-group-banned (passes without a verdict)',
        'no / deny',
        'Policy / if-sso / never evaluated',
        'unasked / dummy',
        'away / redirect / ends here, may lead to https://shop.example',
        'End / leads to /',
        'Denied / leads to / / also where a policy gives no verdict',
        'more / where a policy inserts it / dummy',
      ],
    );
    assert.deepEqual(current.map(named), ['Current step / news / dummy']);
    assert.deepEqual(way('Policy / Your code', 'deny'), [named('n12')]);
    assert.deepEqual(way('Policy / not', 'skip'), ['Policy / in-group-banned (passes without a verdict)']);
    assert.deepEqual(way('no / deny', ''), [named('n12')]);
    assert.deepEqual(way('away', ''), []);
    assert.deepEqual(way('Policy / if-sso / never', ''), ['unasked / dummy']);
  });

  it('Mermaid: no text of a flow is more than a text', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.constantFrom(...hostile),
          fc.string({ unit: 'binary', maxLength: 40 }).map((one) => `a${one}`),
        ),
        fc.constantFrom(...hostile),
        (title, words) => {
          const { nodes, edges, written } = readMermaid(draw(flowWith(title, words)));
          assert.equal(nodes.size, 14);
          assert.equal(edges.length, 14);
          assert.doesNotMatch(written, /%|<(?!br\/>)|`|:\/\//);
          assert.ok(written.length < 50_000);
        },
      ),
      { numRuns: effort(80, 5_000) },
    );
  });

  it('refuses a step and a format that do not exist', () => {
    assert.throws(
      () => draw(flow, { step: 'new' }),
      /TypeError: the flow 'join' has no step 'new'; did you mean "news"/,
    );
    assert.throws(() => draw(flow, { format: 'png' as 'svg' }), /diagram: "format" must be one of \[mermaid, svg\]/);
    assert.throws(() => draw(flow, { step: 5 as unknown as string }), /diagram: "step" must be/);
    assert.throws(() => draw(flow, null as unknown as object), /diagram: /);
  });
});

describe('diagrams of flows in Chromium', () => {
  let browser: Browser;
  let page: Page;

  before(async () => {
    browser = await launchBrowser();
    page = await browser.newPage();
  });
  after(() => browser.close());

  it('Mermaid draws each text of a flow as a text', async () => {
    await loadMermaid(page);
    const written = sampleOf(hostile, 8).map((words) => draw(flowWith(words, words)));
    const drawn = await drawnByMermaid(page, written);
    assert.equal(drawn.length, written.length);
    drawn.forEach(({ boxes, ...counts }, at) => {
      assert.deepEqual(counts, { type: 'flowchart-v2', nodes: 14, links: 14, groups: 1, others: [] }, written[at]);
      const labels = [...readMermaid(written[at] ?? '').nodes.values()].map((lines) => lines.join('\n'));
      assert.deepEqual(boxes.map((lines) => lines.join('\n')).sort(), labels.sort());
    });
  });

  it('Mermaid reads a flow with any text', async () => {
    await loadMermaid(page);
    const one = fc.oneof(
      fc.constantFrom(...hostile),
      fc.string({ unit: 'binary', maxLength: 40 }).map((text) => `a${text}`),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(one, one), { minLength: 20, maxLength: 20 }), async (flows) => {
        const written = flows.map(([title, words]) => draw(flowWith(title, words)));
        for (const counts of await readByMermaid(page, written))
          assert.deepEqual(counts, { type: 'flowchart-v2', nodes: 14, links: 14, groups: 1 });
      }),
      { numRuns: effort(3, 40) },
    );
  });

  it('SVG: well-formed with every text, without a script', async () => {
    const drawings = hostile.map((words) => draw(flowWith(words, words), { format: 'svg', step: 'more' }));
    const read: readonly string[] = await page.evaluate(`${JSON.stringify(drawings)}.map((text) => {
      const { documentElement: root } = new DOMParser().parseFromString(text, 'image/svg+xml');
      const names = new Set([root, ...root.querySelectorAll('*')].map(({ localName }) => localName));
      return root.querySelector('title').textContent + ' | ' + [...names].sort().join(' ');
    })`);
    for (const one of read) assert.match(one, / \| defs g marker path polygon polyline rect style svg text title$/);
    assert.match(read[2] ?? '', /^<\/title><\/style><script>alert\(1\)<\/script>: the flow join \|/);
  });

  const wide: readonly (readonly [what: string, words: string])[] = [
    ['capitals', 'WARNUNG MIT AMMONIUMWOLFRAMAT '.repeat(4)],
    ['wide letters without a blank', 'W@%m'.repeat(60)],
    ['one long word', 'Donaudampfschifffahrtsgesellschaftskapitänswitwe'.repeat(3)],
    ['Cyrillic', 'ЖЩЮ Широкая электрификация южных губерний '.repeat(4)],
    ['Arabic', 'أنشئ حسابك بدعوة من صديق '.repeat(8)],
    ['Arabic with Latin', 'مرحبا بك في Kopi Club (beta) 2026!'],
    ['Hindi', 'निमंत्रण के साथ अपना खाता बनाएँ '.repeat(6)],
    ['Chinese', '使用朋友的邀请创建您的账号'.repeat(8)],
    ['pictures', '👩‍👩‍👧‍👦🏳️‍🌈'.repeat(30)],
  ];
  for (const [what, words] of sampleOf(wide, 3))
    it(`SVG: boxes hold ${what}`, async () => {
      await page.setContent(
        `<body style="margin:0">${draw(flowWith(words, words), { format: 'svg', step: 'gate' })}</body>`,
      );
      await shot(page, `flow-diagram-${what.replaceAll(' ', '-')}`);
      assert.deepEqual(await page.evaluate(misplaced), []);
    });

  it('SVG: a flow of 30 stages', async () => {
    const stages = Array.from({ length: 30 }, (_, at) => ({
      stage: at % 7 === 6 ? deny({ name: `no-${String(at)}` }) : dummyStage({ name: `stage-${String(at)}` }),
      policies: at % 3 === 0 ? [inGroup(`group-${String(at)}`), ifSso()] : [],
    }));
    const long = defineFlow({ slug: 'long', title: 'Thirty stages', designation: 'authorization', stages });
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.setContent(`<body style="margin:0">${draw(long, { format: 'svg', step: 'stage-29' })}</body>`);
      await shot(page, `flow-diagram-long-${colorScheme}`);
      assert.deepEqual(await page.evaluate(misplaced), []);
    }
  });

  it('SVG: boxes hold their texts and do not cover each other, in light and dark', async () => {
    const drawing = draw(flowWith('A title that is so long that it takes several lines of its box', 'Your code'), {
      format: 'svg',
      step: 'gate',
    });
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.setContent(`<body style="margin:0">${drawing}</body>`);
      await shot(page, `flow-diagram-${colorScheme}`);
      const faults: readonly string[] = await page.evaluate(misplaced);
      assert.deepEqual(faults, []);
      const ground = await page.evaluate(`getComputedStyle(document.querySelector('.enrollment-diagram-ground')).fill`);
      assert.equal(ground, colorScheme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(20, 23, 26)');
    }
  });
});
