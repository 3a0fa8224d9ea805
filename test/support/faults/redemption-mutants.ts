/** A rule of the protocol, and the text without it. `from` must occur exactly once in `file`; whitespace is ignored. */
export interface Mutant {
  readonly rule: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** No rule is removed: no history may find an error. */
export const untouched: Mutant = {
  rule: 'with every rule in place nothing goes wrong',
  file: 'invitations/redemption/redeem.js',
  from: 'const mostRounds = 12;',
  to: 'const mostRounds = 12;',
};

/** A rule, its text, and the text without it. */
export type Row = readonly [rule: string, from: string, to: string];

export const mutantsOf = (file: string, ...list: readonly Row[]): readonly Mutant[] =>
  list.map(([rule, from, to]) => ({ rule, file, from, to }));

/** The protocol itself. */
export const protocolMutants: readonly Mutant[] = [
  ...mutantsOf(
    'invitations/redemption/redeem.js',
    [
      'an account does not accept the invitation that created it',
      `if (order.account !== undefined && (await store.originOf(order.account))?.id === id)`,
      `if (false)`,
    ],
    [
      'a redeemed seat is the account of its plan',
      `return { type: 'redeemed', user: null, userId: answer.user, agoMs: answer.agoMs };`,
      `return refused('used_up', id);`,
    ],
    [
      'before a refusal, the user store is asked for an earlier account',
      `(await earlier(enrollmentId)) ?? refused(await causeOf`,
      `refused(await causeOf`,
    ],
    [
      'lapsed claims are settled before claiming again',
      `await settle({ store, lookUp, events }, id, answer.lapsed);`,
      ``,
    ],
    [
      'without redemptions a lapsed seat stays held',
      `if (lookUp === null) return refused('held', id);`,
      `if (lookUp === null) { for (const claim of answer.lapsed) await store.release({ id, ...claim }); continue; }`,
    ],
    ['after a seat that was taken comes the next one', `if (done !== 'seat taken') return done;`, `return done;`],
    ['there are at most twelve rounds', `round <= mostRounds`, `round <= 1000`],
    [
      'flow and address are checked against the record in force',
      `if (ineligible !== null) {`,
      `if (ineligible === 'nothing') {`,
    ],
    [
      'an earlier account is stronger than a changed invitation',
      `const before = await lookUp?.({ enrollmentId: order.enrollmentId });`,
      `const before = null;`,
    ],
    [
      'a seat that does not fit is given back',
      `if (lookUp !== null && before?.redemption_key !== redemptionKey(record.id, seat)) giveBack(own);`,
      ``,
    ],
    [
      'after a throw, the user store is asked by enrollment',
      `const row = await lookUp?.({ enrollmentId: order.enrollmentId });`,
      `const row = null;`,
    ],
    [
      'a seat beside the earlier account is given back',
      `giveBack(own); return commitEarlier(row);`,
      `return commitEarlier(row);`,
    ],
    [
      'after a throw, the user store is asked by key',
      `const others = await lookUp?.({ key });`,
      `const others = null;`,
    ],
    ['a seat that somebody else has is marked as theirs', `await commitSeat(parts, own, others);`, ``],
    [
      'after a throw, the app is asked which names are taken',
      `const errors = await order.taken();`,
      `const errors = null;`,
    ],
    [
      'after a failed write the seat is given back',
      `const errors = await order.taken(); giveBack(own);`,
      `const errors = await order.taken();`,
    ],
    [
      'the seat of a written account is marked',
      `background.run('marking a seat as redeemed', committed(own, row, record, order));`,
      ``,
    ],
    [
      'a written account does not hang on the store',
      `background.run('marking a seat as redeemed', committed(own, row, record, order));`,
      `await committed(own, row, record, order);`,
    ],
    ['the seat of an earlier account is marked', `await commitRow(parts, row);`, ``],
    ['the app gets its own error back', `throw error;`, `throw new Error('failed');`],
    ['a claim is for a person', `const person = personOf(keyring, order.email);`, `const person = null;`],
  ),
  ...mutantsOf(
    'invitations/redemption/settle.js',
    ['an acceptance is told apart', `const accepted = isAcceptance(enrollment);`, `const accepted = false;`],
    [
      'nothing is freed before the user store was asked',
      `const row = await parts.lookUp({ key: redemptionKey(id, seat) });`,
      `const row = null;`,
    ],
    [
      'a lapsed seat with an account is marked',
      `else await commitSeat(parts, { id, seat }, row);`,
      `else await release(parts, { id, seat, token });`,
    ],
    [
      'a lapsed seat without an account is freed',
      `if (row === null) await release(parts, { id, seat, token });`,
      `if (row === null) return;`,
    ],
    [
      'reconciling goes on until nothing is lapsed',
      `for (const { token } of lapsed) seen.add(token);`,
      `return lapsed.length;`,
    ],
  ),
  ...mutantsOf('invitations/management/consistency.js', [
    'reconciling finds accounts that the store forgot',
    `if (row) await commitSeat(parts, { id, seat }, row);`,
    ``,
  ]),
  ...mutantsOf(
    'invitations/redemption/settle.js',
    [
      'no answer of the user store is not "there is none"',
      `throw unsettled('the user store could not be asked about a redemption', cause);`,
      `return null;`,
    ],
    [
      'a slow user store is as good as away',
      `await withTimeout(seconds * 1000, () => redemptions.find(by), () => new Error(\`no answer within \${seconds} s\`))`,
      `await redemptions.find(by)`,
    ],
  ),
  ...mutantsOf(
    'invitations/redemption/redemption.js',
    ['one seat is one key', 'return `${invitationId}:${seat}`;', 'return `${invitationId}:${seat}:${Math.random()}`;'],
    ['one enrollment is one key', `enrollment_id: enrollmentId,`, 'enrollment_id: `${enrollmentId} ${Math.random()}`,'],
    [
      'without an invitation, one enrollment is one key',
      'redemption(enrollmentId, `none:${enrollmentId}`, null)',
      'redemption(`${enrollmentId}${Math.random()}`, `none:${enrollmentId}`, null)',
    ],
  ),
  ...mutantsOf('invitations/redemption/redeem-openly.js', [
    'without an invitation, an earlier account is found after a throw',
    `const row = await lookUp?.({ enrollmentId: order.enrollmentId });`,
    `const row = null;`,
  ]),
  ...mutantsOf(
    'invitations/access/eligibility.js',
    ['an invitation of a flow is for this flow', `record.flow === null || record.flow === flow`, `true`],
    ['an invitation for an address is for this address', `canonical === record.bound`, `true`],
    [
      'an invitation for a domain is for this very domain',
      `domainOf(canonical) === record.bound`,
      `canonical.endsWith(record.bound.slice(1))`,
    ],
    [
      'without an address no bound invitation is taken',
      `if (canonical === null) return false;`,
      `if (canonical === null) return true;`,
    ],
    [
      'an invitation of a tenant is for this tenant',
      `tenant === undefined || record.tenant === tenant`,
      `tenant === undefined || record.tenant !== null`,
    ],
    ['an app without tenants takes every invitation', `tenant === undefined || record.tenant`, `record.tenant`],
  ),
  ...mutantsOf(
    'invitations/access/eligibility.js',
    ['the tenant is checked', `if (!fitsTenant(record, bearer.tenant)) return 'other_tenant';`, ``],
    [
      'whoever may not invite lets nobody in',
      `(await inviters.may(record.inviter, record)) ? null : 'inviter'`,
      `null`,
    ],
  ),
  ...mutantsOf(
    'invitations/access/eligibility.js',
    ['tags of an address are disregarded', String.raw`.replace(/\+.*$/, '')`, ``],
    ['nobody is no person', `if (email === null) return null;`, `if (email === null) email = '@';`],
    [
      'a person is not told by the name',
      "keyring.signAll('invitation', `person:${mailbox}`).at(-1) ?? null",
      'mailbox',
    ],
    ['a person outlives a new secret', `.at(-1)`, `.at(0)`],
  ),
  ...mutantsOf(
    'invitations/redemption/reserve.js',
    ['a blocked hold settles what is in its way', `await settle({ store, lookUp, events }, id, answer.lapsed);`, ``],
    ['an address keeps five seats and no more', `taken > mostPerAddress`, `taken > 1e9`],
    ['a running hold counts once', `if (own === null) { const { taken`, `{ const { taken`],
    ['a refused hold is not counted', `if (kept.type !== 'kept') await giveBack();`, ``],
  ),
  ...mutantsOf(
    'invitations/access/gate.js',
    [
      'a seat is kept only where pages follow and the invitation says so',
      `reserve && record.reservationSeconds !== null`,
      `record.reservationSeconds !== null`,
    ],
    [
      'who lets go gives the seat back',
      `await store.releaseReservation(id, acceptance?.enrollmentId ?? enrollmentId)`,
      `false`,
    ],
  ),
  ...mutantsOf(
    'invitations/management/quota.js',
    ['a quota ends', `if (count.taken <= quota.count) continue;`, `if (count.taken <= 1e9) continue;`],
    ['what was refused is not counted', `await giveBack(taken);`, ``],
    ['who may not invite makes none', `(await inviters.may(record.inviter, record))`, `true`],
  ),
  ...mutantsOf(
    'invitations/management/revoke.js',
    ['a revocation is one', `record.revokedAt === null ? { revokedAt: now } : null`, `null`],
    [
      'a revocation waits for claims',
      `snapshot.claimed > snapshot.lapsed && waited`,
      `snapshot.claimed > snapshot.lapsed && false && waited`,
    ],
    [
      'holds are not waited for',
      `snapshot.claimed > snapshot.lapsed &&`,
      `snapshot.claimed + snapshot.held > snapshot.lapsed &&`,
    ],
  ),
];
