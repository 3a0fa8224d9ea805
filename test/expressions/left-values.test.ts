import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import type { PolicyQuestion, Verdict } from '../../lib/flow/policy.js';
import { definePolicy } from '../../lib/index.js';
import { pythonPolicy } from '../../lib/python.js';
import { openScene } from '../support/executor/scene.js';
import { question } from '../support/prompts/question.js';

let at: PolicyQuestion;
before(() => {
  const context = { prompt_data: { username: 'ann', name: 'Ann', attributes: { team: 'red' } } };
  at = { ...question(context, openScene()), answers: {} };
});

const left = async (source: string): Promise<Verdict> =>
  pythonPolicy(`from datetime import datetime\nimport re\nd = context["prompt_data"]\n${source}\nreturn True`).check(
    at,
  );

describe('values that an account cannot have', () => {
  const refused: readonly (readonly [source: string, error: RegExp])[] = [
    ['d["attributes"]["x"] = datetime.now()', /TypeError: Object of type datetime is not JSON serializable/],
    ['d["attributes"]["x"] = datetime.now() - datetime.now()', /TypeError: Object of type timedelta/],
    ['d["x"] = [1, (2, {"a": len})]', /TypeError: Object of type builtin_function_or_method/],
    ['d.update(x=lambda y: y)', /TypeError: Object of type function/],
    ['d["attributes"] |= {"x": re}', /TypeError: Object of type module/],
    ['d["x"] = int', /TypeError: Object of type type/],
    ['d["x"] = re.match("a", "a")', /TypeError: Object of type (re\.)?Match/],
    ['d["x"] = range(3)', /TypeError: Object of type range/],
    ['d["attributes"]["x"] = float("nan")', /ValueError: Out of range float values/],
    ['d["attributes"]["x"] = [-float("inf")]', /ValueError: Out of range float values/],
    ['d["attributes"]["x"] = {(1, 2): 3}', /TypeError: keys must be str, int, float, bool or None, not tuple/],
    ['d[5] = 5', /TypeError: keys of prompt_data are texts, not int/],
    ['context["prompt_data"] = {**d, None: 1}', /TypeError: keys of prompt_data are texts, not NoneType/],
    ['d["name"] = "\\u0007"', /ValueError: prompt_data\["name"\] has control characters/],
    ['d["name"] = "Ann\\nof the house"', /ValueError: prompt_data\["name"\] has control characters/],
    ['d["attributes"]["x"] = ["a", {"b": "\\x00"}]', /ValueError: prompt_data\["attributes"\] has control characters/],
    ['d["attributes"]["x"] = "\\x85"', /ValueError: prompt_data\["attributes"\] has control characters/],
    ['d["attributes.x"] = "\\x1b[2J"', /ValueError: prompt_data\["attributes\.x"\] has control characters/],
    ['d["attributes"]["x\\ny"] = 1', /ValueError: prompt_data\["attributes"\] has control characters/],
    ['d["x\\x00y"] = 1', /ValueError: prompt_data\["x\\u0000y"\] has control characters/],
    ['d["attributes"]["x"] = "\\ud800"', /ValueError: prompt_data\["attributes"\] is not well-formed Unicode/],
  ];
  for (const [source, error] of refused)
    it(`has no verdict for ${source}`, async () => {
      await assert.rejects(() => left(source), error);
    });

  it('keeps what has a form in JSON, and whatever else an expression uses on its way', async () => {
    const { patch } = await left(
      [
        'now = datetime(2026, 1, 2)',
        'd["attributes"]["since"] = now.isoformat()',
        'd["attributes"]["counts"] = {1: "one", True: "same key", None: 2, 1.5: 3}',
        'd["attributes"]["text"] = "two\\nlines\\tand \\\\u0000"',
        'd["attributes"]["tags"] = {"b"}',
        'd["name"] = "Ann Ünal"',
        'd["scratch"] = now',
        'del d["scratch"]',
      ].join('\n'),
    );
    assert.deepEqual(patch?.prompt_data, {
      name: 'Ann Ünal',
      attributes: {
        since: '2026-01-02T00:00:00',
        counts: { 1: 'same key', null: 2, '1.5': 3 },
        text: 'two\nlines\tand \\u0000',
        tags: ['b'],
      },
    });
  });

  it('gives them as text to the app’s log, events and mails, and not at all to another policy', async () => {
    const given: unknown[] = [];
    const lookups = { createEvent: (_: string, data: object) => given.push(data) };
    const data = '{"at": datetime(2026, 1, 2), "rate": float("nan"), "by": {(1, 2): 3}}';
    const source = `from datetime import datetime\nak_create_event("a", **${data})\nreturn True`;
    await pythonPolicy(source, { lookups }).check(at);
    assert.deepEqual(given, [{ at: '2026-01-02 00:00:00', rate: 'nan', by: { '(1, 2)': 3 } }]);
    const yes = definePolicy({ name: 'yes', check: () => true });
    const asking = 'from datetime import datetime\nreturn ak_call_policy("yes", until=datetime.now()).passing';
    await assert.rejects(
      async () => pythonPolicy(asking, { policies: { yes } }).check(at),
      /line 2: TypeError: Object of type datetime is not JSON serializable/,
    );
  });
});
