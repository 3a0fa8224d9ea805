import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { canonicalCustomCode, customCodeProblem } from '../../../lib/invitations/codes/canonical-code.js';
import { randomCode } from '../../../lib/invitations/codes/generated-code.js';

describe('a custom code', () => {
  it('is the same in every common spelling', () => {
    for (const typed of [
      'SPRING-2026',
      'spring-2026',
      'Spring 2026',
      ' SPRING2026\n',
      'spring\u20132026',
      'ｓｐｒｉｎｇ２０２６',
      'SPRING__2026',
      'spr\u00ading 2026',
    ]) {
      assert.equal(canonicalCustomCode(typed), 'SPRING2026', typed);
    }
    assert.equal(canonicalCustomCode('TESCODEFORTHISYEAR'), 'TESCODEFORTHISYEAR');
    assert.equal(canonicalCustomCode('tescode for this year'), 'TESCODEFORTHISYEAR');
  });

  it('keeps look-alikes apart', () => {
    assert.notEqual(canonicalCustomCode('BONUS-2026'), canonicalCustomCode('B0NUS-2026'));
    assert.notEqual(canonicalCustomCode('LIKE-2026'), canonicalCustomCode('IIKE-2026'));
  });

  it('may be in any script, composed or decomposed', () => {
    assert.equal(canonicalCustomCode('Frühling 2026'), canonicalCustomCode('FRU\u0308HLING-2026'));
    assert.equal(canonicalCustomCode('ВЕСНА 2026'), canonicalCustomCode('весна-2026'));
    assert.equal(canonicalCustomCode('春天欢迎2026'), '春天欢迎2026');
    assert.equal(customCodeProblem('Frühling 2026'), null);
  });

  it('never turns a foreign letter into an ASCII one', () => {
    for (const typed of [
      '\u017fpring-2026',
      'SPR\u0130NG-2026',
      'spr\u0131ng-2026',
      '\u212aEY-2026',
      'ﬁrst-2026',
      '①②③④',
    ]) {
      assert.notEqual(canonicalCustomCode(typed), 'SPRING2026');
      assert.notEqual(canonicalCustomCode(typed), 'KEY2026');
      assert.notEqual(canonicalCustomCode(typed), 'FIRST2026');
    }
  });

  it('cannot be too short, too long, of other characters, or like a generated code', () => {
    for (const [customCode, problem] of [
      ['abc', /fewer than 4/],
      ['a - b', /fewer than 4/],
      ['', /fewer than 4/],
      ['x'.repeat(65), /more than 64/],
      ['50% off <b>', /may only have/],
      ['summer/2026', /may only have/],
      ['\u212aEY-2026', /looks like another/],
      ['BLACKFRIDAY1', /as generated codes have/],
      ['black-friday-1', /as generated codes have/],
      [randomCode(), /as generated codes have/],
    ] as const) {
      assert.match(customCodeProblem(customCode) ?? '', problem, customCode);
      assert.equal(canonicalCustomCode(customCode), null, customCode);
    }
    assert.equal(customCodeProblem('BLACKFRIDAY2026'), null);
    assert.equal(customCodeProblem('WELCOME-2026'), null);
  });
});
