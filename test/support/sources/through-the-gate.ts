import assert from 'node:assert/strict';
import type { RawAnswer } from '../raw-client.js';
import type { TestApp } from '../http/test-app.js';
import { Visitor } from '../http/visitor.js';

export interface Walk {
  /** From the link to the provider and back, as the same user each time. */
  readonly by: (visitor: Visitor, start: string) => Promise<RawAnswer>;
  readonly slug: string;
  /** The answers after the code, page by page; default none. */
  readonly answers?: readonly Readonly<Record<string, string>>[];
  readonly username: string;
}

/** Unknown → gate → wrong code → code → account, and signed in directly the second time; returns the second browser. */
export async function throughTheGate(testApp: TestApp, { by, slug, answers = [], username }: Walk): Promise<Visitor> {
  const { code } = await testApp.enrollment.invitations.create();
  const start = `${testApp.mount}/source/${slug}/login?next=${testApp.mount}/books`;
  const gate = `${testApp.mount}/if/flow/no-access-yet/`;
  const visitor = new Visitor(testApp);
  const back = await by(visitor, start);
  assert.deepEqual([back.status, back.location], [303, gate], back.text);
  assert.deepEqual([await visitor.me(), testApp.members.length], [null, 0]);

  await visitor.get(gate);
  assert.equal((await visitor.submit({ invite_code: 'NO-SUCH-CODE' })).status, 422);
  let answer = await visitor.follow(await visitor.submit({ invite_code: code }));
  for (const fields of answers) {
    assert.deepEqual([answer.status, testApp.members.length], [200, 0], answer.text);
    answer = await visitor.follow(await visitor.submit(fields));
  }
  assert.deepEqual([answer.status, answer.location], [303, `${testApp.mount}/books`], answer.text);
  assert.deepEqual([await visitor.me(), testApp.members.length], [username, 1]);

  const second = new Visitor(testApp);
  const again = await by(second, start);
  assert.deepEqual([again.status, again.location], [303, `${testApp.mount}/books`], again.text);
  assert.deepEqual([await second.me(), testApp.members.length], [username, 1]);
  return second;
}
