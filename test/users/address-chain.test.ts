import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { isCampaign } from '../support/campaign.js';
import { openModelledAccount, type ModelledAccount, type UndoLetter } from '../support/users/address-model.js';

const day = 86_400_000;
const first = 'first@owner.example';
const isOwners = (address: string): boolean => address.endsWith('@owner.example');

/** A change that the kit wrote. */
interface Move {
  readonly from: string;
  readonly at: number;
  readonly letter: UndoLetter | null;
  /** The addresses that led to its new one, and that. */
  readonly chain: readonly string[];
}

/** What the documents say of an account: which links have ended, and which addresses led to the present one. */
class Said {
  constructor(private readonly reportsProof: boolean) {}

  moves: Move[] = [];
  /** Of letters whose link was extended. */
  readonly ends = new Map<UndoLetter, number>();
  /** The addresses since the app last set one that was proved then or later, the earliest first. */
  chain: string[] = [first];
  /** The place of the first move that has ended unless the app moves on before the kit sees it. */
  private passed: number | null = null;
  private wroteAt = 0;

  cut(from: number): void {
    if (from >= 0) this.moves = this.moves.slice(0, from);
  }

  isOpen(letter: UndoLetter, now: number): boolean {
    const at = this.moves.findIndex((move) => move.letter === letter);
    return at >= 0 && now < this.endOf(letter) && (this.passed === null || at < this.passed);
  }

  endOf(letter: UndoLetter): number {
    return this.ends.get(letter) ?? letter.at + 7 * day;
  }

  /** The kit looks at the account. */
  see(now: number): void {
    if (this.passed !== null) this.cut(this.passed);
    this.passed = null;
    const endOf = ({ at, letter }: Move): number => (letter === null ? at + 7 * day : this.endOf(letter));
    this.moves = this.moves.filter((move) => endOf(move) > now - day - 3_600_000);
  }

  /** The account gets a proved address by the kit. True where that is a way back. */
  takeBack(email: string, now: number): boolean {
    const at = this.moves.findIndex(
      ({ from, letter }) => from === email && letter !== null && this.isOpen(letter, now),
    );
    this.cut(at);
    return at >= 0;
  }

  /** The chain once the account has this address. */
  landed(email: string, isBack: boolean): string[] {
    const at = isBack ? this.chain.indexOf(email) : -1;
    return at < 0 ? [...this.chain, email] : this.chain.slice(0, at + 1);
  }

  wrote(now: number): void {
    this.wroteAt = now;
  }

  /** The app writes a proved address. */
  give(email: string, now: number): void {
    if (now > this.wroteAt + 8 * day + 3_600_000) this.moves = [];
    // It looks like the last change of the kit where that led to this address, too.
    const isRecorded = this.moves.at(-1)?.chain.at(-1) === email;
    const at = this.moves.findIndex(
      ({ from, letter }) =>
        from === email && (!isRecorded || (this.reportsProof && letter !== null && this.isOpen(letter, now))),
    );
    this.passed = at < 0 ? null : at;
    // Nothing tells that it is the app's now.
    this.chain = [...(this.moves.findLast(({ chain }) => chain.at(-1) === email)?.chain ?? [email])];
  }

  leave(): void {
    this.passed = null;
  }
}

class Run {
  private readonly said: Said;
  private made = 0;
  private typedByApp = '';

  constructor(
    private readonly account: ModelledAccount,
    private readonly reportsProof: boolean,
  ) {
    this.said = new Said(reportsProof);
  }

  readonly steps: Readonly<Record<string, () => Promise<unknown>>> = {
    'the owner changes': () => this.change(this.fresh('owner')),
    'the owner changes back': () => this.change(first),
    'the first address is typed': () => this.change(first, false),
    'the thief changes': () => this.change(this.fresh('thief')),
    'the thief types': () => this.change(this.fresh('thief'), false),
    'the typed address is proved': () => this.prove(),
    'a change fails': () => this.fail(),
    'the app sets an address': () => this.give(this.fresh('owner')),
    'the app gives the first address back': () => this.give(first),
    'the app sets an address, not proved': () => this.writeTyped(),
    'three days pass': () => this.account.pass(3),
    'eight days pass': () => this.account.pass(8),
    'the owner presses': () => this.press(isOwners),
    'the thief presses': () => this.press((address) => !isOwners(address)),
    'all is revoked': () => this.revoke(),
    'the newest letter comes back': () => Promise.resolve(this.account.bounce()),
  };

  private fresh(whose: 'owner' | 'thief'): string {
    return `box-${String((this.made += 1))}@${whose}.example`;
  }

  private async change(email: string, isProved = true): Promise<void> {
    const { account, said } = this;
    const { isProved: wasProved, ...before } = await account.address();
    if (before.email === email && wasProved) return;
    const counted = wasProved || !this.reportsProof;
    const [sent, openBefore] = [account.letters.length, await this.arrivedIn(said.chain)];
    const relied = await this.relied();
    await account.change(email, { isProved });
    const now = account.now();
    assert.equal((await account.address()).email, email);
    said.see(now);
    const letter = account.letters[sent] ?? null;
    const isBack = isProved && said.takeBack(email, now);
    const isCovered = counted && letter === null && !isBack && before.email !== email;
    assert.equal(await this.extended(relied), isCovered ? 1 : 0, 'a link that stands for the next has its full time');
    if (isBack) assert.equal(letter, null, 'an address that is lost by a way back');
    else if (before.email !== email) {
      said.moves.push({ from: before.email, at: now, letter, chain: said.landed(email, false) });
      said.wrote(now);
      if (letter !== null) assert.equal(letter.to, before.email);
      if (letter !== null) assert.deepEqual(openBefore, [], 'an earlier link undoes it');
      // Over an address that the app has not proved, what was before it counts as well.
      const earlier = this.typedByApp === '' ? [] : said.moves.map(({ from }) => from);
      const open = await this.arrivedIn([...said.chain, ...earlier]);
      if (counted) assert.notEqual(open.length, 0, `${before.email} is lost`);
    }
    said.chain = said.landed(email, isBack);
  }

  /** The address that the account has, by the kit. */
  private async prove(): Promise<void> {
    const { email, isProved } = await this.account.address();
    if (isProved) return;
    await this.account.change(email);
    this.said.see(this.account.now());
    this.said.takeBack(email, this.account.now());
    if (email === this.typedByApp) this.said.chain = [email];
  }

  private async fail(): Promise<void> {
    const before = await this.account.address();
    const relied = await this.relied();
    await this.account.change(this.fresh('owner'), { fails: true });
    assert.deepEqual(await this.account.address(), before);
    this.said.see(this.account.now());
    await this.extended(relied);
  }

  /** The links that may stand for the one of the present address. */
  private relied(): Promise<readonly UndoLetter[]> {
    const earlier = this.typedByApp === '' ? [] : this.said.moves.map(({ from }) => from);
    return this.arrivedIn([...this.said.chain, ...earlier]);
  }

  /** How many links end a week from now since the last step; no other end has changed. */
  private async extended(relied: readonly UndoLetter[]): Promise<number> {
    const { account, said } = this;
    let count = 0;
    for (const letter of account.letters) {
      const end = await account.endOf(letter);
      if (end === 0 || end === said.endOf(letter)) continue;
      assert.equal(end, account.now() + 7 * day);
      assert.ok(relied.includes(letter), 'a link that is extended leads back from the present address');
      said.ends.set(letter, end);
      count += 1;
    }
    return count;
  }

  private async give(email: string): Promise<void> {
    const before = await this.account.address();
    if (before.isProved && before.email === email) return;
    await this.account.write(email, true);
    this.said.leave();
    this.said.give(email, this.account.now());
  }

  private async writeTyped(): Promise<void> {
    // It tells of no proof.
    if (!this.reportsProof) return this.give(this.fresh('owner'));
    this.typedByApp = this.fresh('owner');
    await this.account.write(this.typedByApp, false);
    this.said.leave();
  }

  private async revoke(): Promise<void> {
    await this.account.revokeAll();
    this.said.moves = [];
    this.said.leave();
  }

  /** The newest letter that works. */
  private async press(holds: (address: string) => boolean): Promise<UndoLetter | null> {
    const letter = (await this.open()).findLast(({ to, isBounced }) => holds(to) && !isBounced);
    if (letter === undefined) return null;
    assert.equal(await this.account.press(letter), 'undone');
    assert.deepEqual(await this.account.address(), { email: letter.to, isProved: true });
    // The first one from there: a mail that came back can have its link still, where proofs are not reported.
    this.said.takeBack(letter.to, this.account.now());
    this.said.wrote(this.account.now());
    this.said.leave();
    this.said.chain = this.said.chain.includes(letter.to) ? this.said.landed(letter.to, true) : [letter.to];
    return letter;
  }

  private async open(): Promise<readonly UndoLetter[]> {
    const { letters } = this.account;
    const are = await Promise.all(letters.map((letter) => this.account.isOpen(letter)));
    return letters.filter((_, at) => are[at]);
  }

  private async arrivedIn(addresses: readonly string[]): Promise<readonly UndoLetter[]> {
    return (await this.open()).filter(({ to, isBounced }) => addresses.includes(to) && !isBounced);
  }

  /** What must hold after any steps; it ends the run. */
  async check(): Promise<void> {
    const { account, said } = this;
    const open = await this.open();
    const now = account.now();
    const expected = account.letters.filter((letter) => said.isOpen(letter, now));
    assert.deepEqual(open, expected, 'the links that work');
    const before = await account.address();
    for (const letter of account.letters.filter((one) => !open.includes(one) && now < said.endOf(one)))
      assert.equal(await account.press(letter), 'over');
    assert.deepEqual(await account.address(), before, 'a link that has ended does nothing');
    const pressed = await this.press(isOwners);
    if (pressed === null) return;
    const left = (await this.open()).filter(({ to, isBounced }) => !isOwners(to) && !isBounced);
    // Those of a time when the account was the thief's for a week: an administrator revokes them.
    for (const { at } of left)
      assert.ok(at < pressed.at, 'a link of the thief works after the newest one of the owner');
  }
}

const names = Object.keys(new Run(await openModelledAccount(first), true).steps);

function* sequences(length: number): Generator<readonly string[]> {
  if (length === 0) return yield [];
  for (const before of sequences(length - 1)) for (const name of names) yield [...before, name];
}

async function play(sequence: readonly string[], reportsProof: boolean): Promise<void> {
  const run = new Run(await openModelledAccount(first, { reportsProof }), reportsProof);
  try {
    for (const name of sequence) await run.steps[name]?.();
    await run.check();
  } catch (error) {
    throw new Error(sequence.join(', '), { cause: error });
  }
}

describe('an account whose owner, thief and app change its address in turn', () => {
  for (const reportsProof of [true, false])
    it(`has a link that leads back, which the thief has not, and no link that has ended works${
      reportsProof ? '' : ', in an app that does not report emailVerified'
    }`, async function () {
      this.timeout(isCampaign ? 1_800_000 : 60_000);
      let count = 0;
      for (let length = 1; length <= 5; length += 1)
        for (const sequence of sequences(length)) {
          count += 1;
          // 16 steps: the strides share no factor with that.
          if (length <= (isCampaign ? 4 : 1) || count % (isCampaign ? 17 : 2999) === 0)
            await play(sequence, reportsProof);
        }
    });

  it('by an undo that ended before its write: an address that is typed back later does not stand for that write', async () => {
    const account = await openModelledAccount(first, { reportsProof: false });
    await account.change('evil@thief.example');
    const letter = account.letters.at(-1) ?? assert.fail('a letter');
    await assert.rejects(account.press(letter, { fails: true }), /the database is down/);
    await account.change(first, { isProved: false });
    assert.equal(await account.isOpen(letter), true);
    await account.change('evil-2@thief.example', { isProved: false });
    assert.equal(await account.press(letter), 'undone');
    assert.deepEqual(await account.address(), { email: first, isProved: true });
  });
});
