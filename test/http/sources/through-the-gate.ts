import assert from 'node:assert/strict';
import type { RawAnswer } from '../../services/raw-client.js';
import type { Club } from '../club.js';
import { Visitor } from '../visitor.js';

export interface Walk {
  /** From the link to the provider and back, as the same person each time. */
  readonly by: (visitor: Visitor, start: string) => Promise<RawAnswer>;
  readonly slug: string;
  /** What is asked after the code, page by page; default nothing. */
  readonly answers?: readonly Readonly<Record<string, string>>[];
  readonly username: string;
}

/** Unknown → gate → wrong code → code → account, and straight in the second time; gives the browser of the second time. */
export async function throughTheGate(club: Club, { by, slug, answers = [], username }: Walk): Promise<Visitor> {
  const { code } = await club.enrollment.invitations.create();
  const start = `${club.mount}/source/${slug}/login?next=${club.mount}/books`;
  const gate = `${club.mount}/if/flow/no-access-yet/`;
  const visitor = new Visitor(club);
  const back = await by(visitor, start);
  assert.deepEqual([back.status, back.location], [303, gate], back.text);
  assert.deepEqual([await visitor.me(), club.members.length], [null, 0]);

  await visitor.get(gate);
  assert.equal((await visitor.submit({ invite_code: 'NO-SUCH-CODE' })).status, 422);
  let answer = await visitor.follow(await visitor.submit({ invite_code: code }));
  for (const fields of answers) {
    assert.deepEqual([answer.status, club.members.length], [200, 0], answer.text);
    answer = await visitor.follow(await visitor.submit(fields));
  }
  assert.deepEqual([answer.status, answer.location], [303, `${club.mount}/books`], answer.text);
  assert.deepEqual([await visitor.me(), club.members.length], [username, 1]);

  const second = new Visitor(club);
  const again = await by(second, start);
  assert.deepEqual([again.status, again.location], [303, `${club.mount}/books`], again.text);
  assert.deepEqual([await second.me(), club.members.length], [username, 1]);
  return second;
}
