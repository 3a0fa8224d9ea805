import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { parseOptions } from '../../lib/options/config.js';
import { given, issuesOf } from '../support/options/given.js';

describe('the option executorApi', () => {
  it('is off, on, or on with its settings', () => {
    assert.equal(parseOptions(given()).executorApi, null);
    assert.equal(parseOptions(given({ executorApi: false })).executorApi, null);
    assert.deepEqual(parseOptions(given({ executorApi: true })).executorApi, { origins: [], inspector: false });
    assert.deepEqual(
      parseOptions(
        given({ executorApi: { origins: ['https://front.example', 'http://localhost:5173'], inspector: true } }),
      ).executorApi,
      { origins: ['https://front.example', 'http://localhost:5173'], inspector: true },
    );
  });

  it('lists origins as browsers send them, and all that are not', () => {
    const origins = [
      'https://front.example/',
      'front.example',
      '*',
      'null',
      'http://front.example',
      'https://front.example/app',
    ];
    const issues = issuesOf(given({ executorApi: { origins } }));
    assert.deepEqual(
      issues.map((issue) => /executorApi\.origins\[(\d)\]/.exec(issue)?.[1]),
      ['0', '1', '2', '3', '4', '5'],
    );
    assert.match(issues[0] ?? '', /must be an origin as https:\/\/app\.example/);
  });

  it('says what it does not know', () => {
    const [issue = ''] = issuesOf({ ...given(), executorApi: { origin: ['https://front.example'] } });
    assert.match(issue, /executorApi\.origin.*origins/);
  });
});
