import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Secret } from '../../lib/base/secret.js';
import { type Answers, type PolicyQuestion, type Verdict } from '../../lib/flow/policy.js';
import { pythonPolicy } from '../../lib/python.js';
import { openScene } from '../support/executor/scene.js';
import { question } from '../support/prompts/question.js';

const at = question({}, openScene());
const unhurried = { milliseconds: 60_000 };

async function verdict(source: string, answers: Answers, steps = 200_000): Promise<Verdict> {
  const log: PolicyQuestion['services']['log'] = {
    info: () => undefined,
    warn: () => undefined,
    error: () => undefined,
  };
  const policy = pythonPolicy(`d = context["prompt_data"]\n${source}\nreturn True`, {
    consumes: ['code'],
    limits: { ...unhurried, steps },
  });
  return policy.check({ ...at, answers, services: { ...at.services, log } });
}

/** The steps that a run takes: the lowest limit with which it ends. */
async function stepsOf(source: string, answers: Answers): Promise<number> {
  let [low, high] = [0, 200_000];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    const ends = await verdict(source, answers, middle).then(
      () => true,
      () => false,
    );
    if (ends) high = middle;
    else low = middle;
  }
  return high;
}

describe('the limits of a run, of what it leaves', () => {
  const code = `${'a'.repeat(900)}b`;

  it('count the search for passwords and codes: twice as many steps for twice the text', async () => {
    const source = 'c = d["code"]\np = d["password"]\nd["x"] = d["ta"] + "!"';
    const answersOf = (length: number): Answers => ({
      code,
      password: new Secret('velvet tram 9'),
      ta: 'a'.repeat(length),
    });
    const [once, twice] = [await stepsOf(source, answersOf(6400)), await stepsOf(source, answersOf(12_800))];
    // Of 64 characters each, for either secret.
    assert.ok(once > (2 * 6400) / 64 && twice > once + 200 && twice < 2.1 * once, `${String(once)}, ${String(twice)}`);
    await assert.rejects(
      verdict('c = d["code"]\nd["x"] = [d["ta"] + str(i) for i in range(60)]', answersOf(9900), 5000),
      /more than 5000 steps/,
    );
  });

  it('count what is written to the log, with secrets or without', async () => {
    const answersOf = (length: number): Answers => ({ code, ta: 'a'.repeat(length) });
    const source = 'c = d["code"]\nfor i in range(5): ak_logger.info("x", data=d["ta"])';
    const [once, twice] = [await stepsOf(source, answersOf(1600)), await stepsOf(source, answersOf(3200))];
    assert.ok(once > (5 * 2 * 1600) / 64 && twice < 2.1 * once, `${String(once)}, ${String(twice)}`);
  });

  it('end a run that leaves more than a plan takes, with its size', async () => {
    await assert.rejects(
      verdict('d["attributes"] = {"big": ["\u00e9" * 1000] * 20}', {}),
      /what the expression changed in prompt_data has 40\d+ bytes; 16384 are allowed/,
    );
    await assert.rejects(verdict('d["big"] = "y" * 20000', {}), /16384 are allowed/);
    assert.equal((await verdict('d["big"] = "y" * 15000', {})).pass, true);
    assert.equal((await verdict('d["ta"] = "kept"', { ta: 'y'.repeat(40_000) })).pass, true);
  });
});
