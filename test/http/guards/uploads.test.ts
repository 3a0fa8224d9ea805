import assert from 'node:assert/strict';
import type { Request } from 'express';
import { describe, it } from 'mocha';
import { guardTerms } from '../../../lib/http/guards/guard-settings.js';
import { uploadsOf } from '../../../lib/http/guards/repeated-form.js';

/** The parts of a request that these functions read. */
function requestOf(has: object): Request {
  return Object.assign(Object.create(null), { body: {}, headers: {} }, has) as Request;
}
const file = (content: string, name = 'photo.png') => ({
  fieldname: 'photo',
  originalname: name,
  size: content.length,
  buffer: Buffer.from(content),
  path: `/tmp/${String(Math.random())}`,
});

describe('how forms of a guarded route are told apart', () => {
  it('F4: uploaded files count, by field, name and content, with any multer storage', () => {
    const emitted = (has: object): string => JSON.stringify(uploadsOf(requestOf(has)));
    assert.equal(emitted({ file: file('ann') }), emitted({ file: file('ann') }));
    assert.notEqual(emitted({ file: file('ann') }), emitted({ file: file('bob') }));
    assert.notEqual(emitted({ files: [file('ann')] }), emitted({ files: [file('ann', 'other.png')] }));
    assert.equal(emitted({ files: [file('ann')] }), emitted({ files: { photo: [file('ann')] } }));
    assert.equal(emitted({}), '[]');
  });

  it('F4: a given account counts in addition to a shared address', () => {
    const terms = guardTerms({ account: (req: Request) => String(req.headers['x-user']) }, () => undefined);
    const named = (user: string): string =>
      JSON.stringify(terms.account(requestOf({ body: { email: 'office@example.com' }, headers: { 'x-user': user } })));
    assert.notEqual(named('ann'), named('bob'));
    assert.equal(named('ann'), named('ann'));
    assert.equal(guardTerms({}, () => undefined).account(requestOf({})), null);
  });
});
