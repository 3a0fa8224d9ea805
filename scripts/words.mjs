import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import ts from 'typescript';

/**
 * Keeps names in lib/, test/, bench/, examples/ and the documents to the field's own: none of the names below, which stand for one thing
 * each under another name today, and no comment or sentence with a word that is a sign of one to rewrite.
 */
const names = new Map(
  Object.entries({
    AuthSession: ['Door', 'door', 'createDoor'],
    ExecutorContext: ['Workbench', 'workbench'],
    'testApp, guardApp, adminClient, visitor': ['Club', 'clubs', 'openClub', 'openHouse', 'openOffice'],
    'InvitationManager, WaitlistIntake, DeliveryManager': [
      'InvitationDesk',
      'WaitingListDesk',
      'DeliveryDesk',
      'desk',
      'Desk',
    ],
    waitlist: ['WaitingEntry', 'WaitingListStore', 'waitingList', 'waitingListFlow'],
    MemoryInvitation: ['Shelf', 'shelf', 'shelves'],
    'semaphore, identityLock': ['identityTurn'],
    notifyEnrolled: ['toldAccounts'],
    'timeout, deadline': ['patience', 'patienceMs', 'patienceSeconds', 'patient', 'peace'],
    transitions: ['stagesOfLife'],
    'composeX, recordConversions': ['listenForJoins', 'joinWeb', 'joinPages', 'joinSources', 'joinServices'],
    StageContext: ['At', 'atOf'],
    'PlanAction, actions': ['Turn', 'takeTurns'],
    InvitationSnapshot: ['Standing', 'standingPlan'],
    'seat, SeatRef': ['Place', 'keepPlace', 'commitPlace', 'releasePlace', 'holdPlace', 'claimPlace'],
    'reserve, releaseReservation': ['letGo', 'endHold', 'holdSeconds', 'uncountHold'],
    ephemeralStore: ['OneTime', 'oneTime'],
    'rateLimiter, reward, failures': ['Limits', 'refund', 'misses'],
    'eligibility, ineligibilityReason': ['misfitOf', 'misfit'],
    withTimeout: ['within', 'answeringUsers', 'answeringRedemptions', 'answeringConnections'],
    'lazySession, isNewSession': ['sleepUntilUsed', 'isNewborn', 'isDormant'],
    'applySignIn, verifyCredentials': ['carryOut'],
    'SourceProtocol, parseIdentity': ['SourceWay'],
    'signInLinks, signOutLinks, returnLinks, recordSuccess': ['waysIn', 'waysOut', 'waysBack', 'cameThrough'],
    'getPath, setPath, toMessage, MessageLike': ['dig', 'nest', 'worded', 'Wording'],
    'originOf, AccountOrigin, inviterChain, revokeDescendants': ['cameBy', 'Coming', 'lineOf', 'revokeTree'],
    'rememberClient, isKnownClient': ['isFamiliar'],
    customCode: ['wordProblem', 'canonicalWord', 'wordCode'],
    entryLink: ['arrival', 'Arrival', 'sealArrival'],
    planToken: ['Handle', 'mintHandle', 'readHandle', 'giveHandle'],
    'stage: consumes, serverFields, secretFields': ['takes', 'fills', 'conceals', 'ownButton'],
    'diagnose, Diagnosis': ['examine', 'Examination'],
    'options: findUser, allowVolatileRedis': ['knownUser', 'redisMayForget'],
    'findById, findByLogin': ['byId', 'byLogin'],
  }).flatMap(([standard, old]) => old.map((name) => [name, standard])),
);
const unplain = /\b(?:nobody|whoever|whom)\b/i;
const unplainName = /^(?:nobody|whoever|whom)(?![a-z])|(?:Nobody|Whoever|Whom)(?![a-z])/;
const unplainProse =
  /\b(?:nobody|whoever|whom|e-mails?|waiting list|user names?|\w*(?:colour|behaviour|recognis|organis)\w*)\b/i;
// A sentence that visitors read.
const allowed = /ask whoever (?:invited you|sent it to you|runs this site)/gi;

// Stored by earlier versions of this package under these names.
const stored = new Set(['lib/stores/redis/record-codec.ts:holdSeconds']);
// Names that no user may have.
const listed = new Set(['lib/base/reserved-names.ts']);

const files = execFileSync('git', ['ls-files', 'lib', 'test', 'bench', 'examples'], { encoding: 'utf8' })
  .split('\n')
  .filter((name) => name.endsWith('.ts'));
const pages = execFileSync('git', ['ls-files', '*.md'], { encoding: 'utf8' }).trim().split('\n');
const problems = [
  ...files.flatMap((file) => problemsOf(file, readFileSync(file, 'utf8'))),
  ...pages.flatMap((page) => problemsOfPage(page, readFileSync(page, 'utf8'))),
];
for (const problem of problems) console.error(problem);
console.log(`${files.length + pages.length} files, ${problems.length} words to replace`);
if (problems.length > 0) process.exitCode = 1;

function problemsOf(file, text) {
  const source = ts.createSourceFile(basename(file), text, ts.ScriptTarget.Latest, true);
  const found = [];
  const tell = (position, what) =>
    found.push(`${file}:${source.getLineAndCharacterOfPosition(position).line + 1}: ${what}`);
  const visit = (node) => {
    const standard = ts.isIdentifier(node) ? names.get(node.text) : undefined;
    if (ts.isIdentifier(node) && file.startsWith('lib/') && unplainName.test(node.text))
      tell(node.getStart(), `a name with "${node.text}"`);
    if (standard !== undefined && !stored.has(`${file}:${node.text}`))
      tell(node.getStart(), `"${node.text}" is ${standard} here`);
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node))
      for (const what of wordsIn(file, node.text)) tell(node.getStart(), what);
    ts.forEachChild(node, visit);
  };
  visit(source);
  for (const { index, 0: comment } of text.matchAll(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*/gm)) {
    const word = unplain.exec(comment);
    if (word !== null) tell(index + word.index, `a comment with "${word[0]}"`);
  }
  return found;
}

/** In a text: names in camel case, as in a script that a test runs, and in lib/ the words of a sentence to rewrite. */
function wordsIn(file, text) {
  const old = (text.match(/[A-Za-z_]\w*/g) ?? []).filter((name) => /[a-z][A-Z]/.test(name) && names.has(name));
  // One word may be a sample in what the kit gives to tests; elsewhere it is printed.
  const isPrinted = text.includes(' ') || !file.startsWith('lib/testing/');
  const isSentence = file.startsWith('lib/') && isPrinted && !listed.has(file);
  const word = isSentence ? unplain.exec(text.replace(allowed, ''))?.[0] : undefined;
  return [
    ...old
      .filter((name) => !stored.has(`${file}:${name}`))
      .map((name) => `a text with "${name}", ${names.get(name)} here`),
    ...(word === undefined ? [] : [`a text with "${word}"`]),
  ];
}

/** Names in code, but for those after "were", which a changelog quotes; plain words outside of it. */
function problemsOfPage(page, text) {
  let fenced = false;
  return text.split('\n').flatMap((line, index) => {
    const fence = line.startsWith('```');
    if (fence) fenced = !fenced;
    if (fence) return [];
    const code = fenced
      ? line.replace(/'[^']*'|\/[/*].*|^ \*.*/g, '')
      : [...line.replace(/\((?:was|were) [^)]*\)/g, '').matchAll(/`([^`]+)`/g)]
          .map(([, span]) => span)
          .filter((span) => !/^[a-z]+(?: [a-z]+)+$/i.test(span))
          .join(' ');
    const prose = (
      fenced ? (/\/[/*].*|^ \*.*/.exec(line)?.[0] ?? '') : line.replace(/`[^`]+`|\]\([^)]*\)/g, '')
    ).replace(allowed, '');
    const word = unplainProse.exec(prose)?.[0];
    return [
      ...(code.match(/(?<![-\w.])[A-Za-z_]\w*/g) ?? [])
        .filter((name) => names.has(name))
        .map((name) => `"${name}" is ${names.get(name)} here`),
      ...(word === undefined ? [] : [`a sentence with "${word}"`]),
    ].map((what) => `${page}:${index + 1}: ${what}`);
  });
}
