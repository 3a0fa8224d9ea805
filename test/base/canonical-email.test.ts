import assert from 'node:assert/strict';
import fc from 'fast-check';
import { canonicalEmail } from '../../lib/base/canonical.js';

const of = (...codePoints: number[]): string => String.fromCodePoint(...codePoints);

describe('canonicalEmail', () => {
  describe('returns the canonical form', () => {
    const forms: [string, string, string][] = [
      ['lower case', 'Ann.Example@EXAMPLE.Com', 'ann.example@example.com'],
      ['no blanks around', ' ann@example.com\n', 'ann@example.com'],
      ['dots and tags kept', 'a.n.n+shop@example.com', 'a.n.n+shop@example.com'],
      [
        'every character that an address may have',
        "!#$%&'*+-/=?^_`{|}~@example.com",
        "!#$%&'*+-/=?^_`{|}~@example.com",
      ],
      ['a domain in ASCII', 'ann@bücher.example', 'ann@xn--bcher-kva.example'],
      ['a domain in ASCII already', 'ann@XN--BCHER-KVA.example', 'ann@xn--bcher-kva.example'],
      ['ß in a domain as itself', 'ann@faß.de', 'ann@xn--fa-hia.de'],
      ['an ideographic full stop', 'ann@例え。jp', 'ann@xn--r8jz45g.jp'],
      ['full-width letters as plain ones', 'ａｎｎ＠ｅｘａｍｐｌｅ．ｃｏｍ', 'ann@example.com'],
      ['Kelvin sign as k, in both halves', `${of(0x212a)}ate@${of(0x212a)}ite.example`, 'kate@kite.example'],
      ['a mailbox in Devanagari', 'संपर्क@उदाहरण.भारत', 'संपर्क@xn--p1b6ci4b4b3a.xn--h2brj9c'],
      ['a mailbox in Greek', 'Ελένη@example.gr', 'ελένη@example.gr'],
      ['a mailbox of 64 bytes', `${'a'.repeat(64)}@example.com`, `${'a'.repeat(64)}@example.com`],
    ];
    for (const [title, typed, canonical] of forms) it(title, () => assert.equal(canonicalEmail(typed), canonical));
  });

  it('keeps mailboxes apart that only uppercasing would merge', () => {
    assert.equal(canonicalEmail('mıke@example.com'), 'mıke@example.com');
    assert.equal(canonicalEmail('straße@example.com'), 'straße@example.com');
  });

  describe('is null for', () => {
    const refused: [string, string][] = [
      ['nothing', ''],
      ['no @', 'ann.example.com'],
      ['F20: a host of one label', 'ann@localhost'],
      ['F20: a top level alone', 'ann@com'],
      ['F20: a name within localhost', 'ann@mail.localhost'],
      ['F20: an encoded word', '=?utf-8?q?ann=40evil.example=3e?=@example.com'],
      ['F20: an encoded word in capitals', '=?ISO-8859-1?B?YW5u?=x@example.com'],
      ['F20: an encoded word within', 'x=?utf-8?q?=41?=@example.com'],
      ['no mailbox', '@example.com'],
      ['no domain', 'ann@'],
      ['two mailboxes', 'ann@evil.example@example.com'],
      ['two addresses', 'ann@example.com,bob@example.com'],
      ['CVE-2022-35924: two addresses by a semicolon', 'ann@evil.example;bob@example.com'],
      ['GHSA-7rqj-j65f-68wh: a full-width @ before a plain one', 'ann＠evil.example@example.com'],
      ['GHSA-7rqj-j65f-68wh: a full-width comma', 'ann@evil.example，bob@example.com'],
      ['CVE-2025-13033: a quoted mailbox with an address', '"ann@evil.example bob"@example.com'],
      ['a name before the address', 'Ann <ann@example.com>'],
      ['a quoted mailbox', '"a b"@example.com'],
      ['a comment', 'ann(home)@example.com'],
      ['a blank in the mailbox', 'a nn@example.com'],
      ['a header of its own', 'ann@example.com\r\nBcc: bob@example.com'],
      ['a line break in the domain', 'ann@exa\nmple.com'],
      ['a tab in the domain', 'ann@exa\tmple.com'],
      ['NUL', 'ann\0@example.com'],
      ['a path behind the domain', 'ann@evil.example/.example.com'],
      ['a fragment behind the domain', 'ann@evil.example#.example.com'],
      ['a query behind the domain', 'ann@evil.example?.example.com'],
      ['a backslash in the domain', 'ann@evil.example\\.example.com'],
      ['a port', 'ann@example.com:25'],
      ['a percent-encoded domain', 'ann@ex%61mple.com'],
      ['an address literal', 'ann@[127.0.0.1]'],
      ['an IP address', 'ann@127.0.0.1'],
      ['an IP address in disguise', 'ann@0x7f.1'],
      ['an IP address as one number', 'ann@2130706433'],
      ['a dot at the end of the domain', 'ann@example.com.'],
      ['two dots in the domain', 'ann@example..com'],
      ['a dash at the end of a label', 'ann@example-.com'],
      ['an underscore in the domain', 'ann@exa_mple.com'],
      ['a label of 64 characters', `ann@${'a'.repeat(64)}.com`],
      ['a domain in ASCII that means nothing', 'ann@xn--a.com'],
      ['a dot at the start of the mailbox', '.ann@example.com'],
      ['a dot at the end of the mailbox', 'ann.@example.com'],
      ['two dots in the mailbox', 'an..n@example.com'],
      ['a zero-width space', `an${of(0x200b)}n@example.com`],
      ['a right-to-left override', `ann${of(0x202e)}@example.com`],
      ['a soft hyphen in the domain', `ann@exam${of(0xad)}ple.com`],
      ['a Hangul filler', `${of(0x3164)}@example.com`],
      ['a variation selector', `ann${of(0xfe0f)}@example.com`],
      ['a mailbox that mixes Latin and Cyrillic', `${of(0x430)}nn@example.com`],
      ['a mailbox over 64 bytes', `${'a'.repeat(65)}@example.com`],
      ['a mailbox over 64 bytes in fewer letters', `${'ä'.repeat(33)}@example.com`],
      ['over 254 bytes', `ann@${'a.'.repeat(125)}com`],
    ];
    for (const [title, typed] of refused) it(title, () => assert.equal(canonicalEmail(typed), null));
  });

  it('is idempotent', () => {
    const half = fc.string({ unit: 'binary', minLength: 1, maxLength: 12 });
    const likely = fc.tuple(fc.emailAddress(), half).map(([address, more]) => more + address);
    fc.assert(
      fc.property(
        fc.oneof(
          fc.emailAddress(),
          likely,
          fc.tuple(half, half).map((halves) => halves.join('@')),
        ),
        (typed) => {
          const once = canonicalEmail(typed);
          return once === null || canonicalEmail(once) === once;
        },
      ),
      { numRuns: 3000 },
    );
  });
});
