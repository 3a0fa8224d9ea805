import type { Command } from 'commander';
import { isLocal } from '../../base/url.js';
import { withTimeout } from '../../base/awaitable.js';
import type { EnrollmentDiagnosis } from '../../diagnosis/diagnose.js';
import { lostText } from '../invitation-texts.js';
import type { Output } from '../output.js';
import type { Action } from '../program.js';
import { findUnreached } from '../reach.js';
import { mailFindings } from './doctor-mail.js';
import { bad, fine, unwise, type Finding } from './finding.js';

const tolerableSkewMs = 2000;

/** `doctor` */
export function addDoctorCommand(program: Command, action: Action): void {
  program
    .command('doctor')
    .description('look at the set-up: Redis, clocks, secrets, links, mails, redemptions, registration')
    .addHelpText('after', '\nAnything BAD ends with 1. What is unwise works, and may be meant so.')
    .action(
      action(async ({ output, unready, fail }) => {
        const enrollment = await unready();
        // An unavailable store would never answer; a short wait is enough for an available one.
        await withTimeout(
          2500,
          () => enrollment.ready(),
          () => new Error('not ready yet'),
        ).catch(() => undefined);
        const examination = await enrollment.diagnose();
        const unreached = await findUnreached(examination.baseUrl, examination.flows[0]?.slug);
        const findings = [
          ...findingsOf(examination),
          unreached === null
            ? fine('reach', `${examination.baseUrl} answers`)
            : { grade: unreached.grade, about: 'reach', text: unreached.text },
        ];
        if (findings.some(({ grade }) => grade === 'bad')) fail();
        output.answer({ findings, examination }, () => textOf(output, findings));
      }),
    );
}

function textOf(output: Output, findings: readonly Finding[]): string {
  const marks = {
    fine: output.paint('green', 'fine'),
    unwise: output.paint('yellow', 'unwise'),
    bad: output.paint('red', 'BAD'),
  };
  return output.table(
    ['grade', 'about', 'finding'],
    findings.map(({ grade, about, text }) => [marks[grade], about, text]),
  );
}

/** The diagnosis in sentences. */
function findingsOf(it: EnrollmentDiagnosis): readonly Finding[] {
  return [
    ...storeFindings(it),
    ...flowFindings(it),
    ...mailFindings(it),
    ...secretFindings(it),
    ...linkFindings(it),
    ...ruleFindings(it),
  ];
}

function storeFindings(it: EnrollmentDiagnosis): readonly Finding[] {
  const { stores, forgets, unknown, clockAheadMs } = it;
  if (stores === 'memory')
    return [
      bad('stores', 'everything is in memory: it ends with the process, and production refuses it. Set "redis"'),
      ...(it.problem === null ? [] : [healthFinding(it)]),
    ];
  return [
    healthFinding(it),
    ...forgets.map((reason) => bad('keeping', `Redis may lose invitations: ${reason}`)),
    ...unknown.map((what) => unwise('keeping', `unknown: ${what}`)),
    ...(forgets.length + unknown.length === 0 ? [fine('keeping', 'Redis keeps what it is given')] : []),
    clockFinding(clockAheadMs),
    ...sharingFindings(it),
  ];
}

/** The flows that the app stores: the command line has read them as a start does. */
function flowFindings({ storedFlows }: EnrollmentDiagnosis): readonly Finding[] {
  if (storedFlows === null) return [];
  const { version, newest, problem } = storedFlows;
  if (problem !== null)
    return [
      bad('flows', `version ${String(newest)} of the stored flows cannot be used, ${String(version)} is: ${problem}`),
    ];
  return [fine('flows', version === 0 ? 'none are stored' : `version ${String(version)} of the stored flows is used`)];
}

/** Each part was checked as in `ready()` and `health()`; the first problem has its cause and remedy. */
function healthFinding({ problem, health }: EnrollmentDiagnosis): Finding {
  if (problem !== null) return bad('stores', problem);
  const { mailer: _mailer, ...stores } = health;
  const used = Object.entries(stores).filter(([, status]) => status !== 'unused');
  return fine('stores', `these answer: ${used.map(([name]) => name).join(', ')}`);
}

function sharingFindings({ lost, otherApps }: EnrollmentDiagnosis): readonly Finding[] {
  return [
    ...(lost !== null && lost.lost > 0 ? [bad('invitations', lostText(lost))] : []),
    ...(otherApps?.elsewhere ?? []).map((baseUrl) =>
      unwise(
        'prefix',
        `${baseUrl} started at this Redis under the same prefix within the last day: one prefix for each app`,
      ),
    ),
    ...(otherApps?.otherSecret === true
      ? [
          bad(
            'secret',
            'the running app has another secret than this configuration: codes made here are not understood there',
          ),
        ]
      : []),
  ];
}

function clockFinding(aheadMs: number | null): Finding {
  if (aheadMs === null) return unwise('clock', 'the time of Redis could not be asked');
  const by = String(Math.abs(aheadMs));
  if (Math.abs(aheadMs) <= tolerableSkewMs) return fine('clock', `Redis and this machine agree within ${by} ms`);
  return unwise(
    'clock',
    `Redis is ${by} ms ${aheadMs > 0 ? 'ahead of' : 'behind'} this machine: expiry follows Redis, forms and cookies this machine`,
  );
}

function secretFindings({ ephemeralSecret, secrets, unusable }: EnrollmentDiagnosis): readonly Finding[] {
  const findings: Finding[] = [];
  if (ephemeralSecret) findings.push(bad('secret', 'none is set: codes die with the process. Set "secret"'));
  else findings.push(fine('secret', `${String(secrets)} set; the first signs, all verify`));
  if (unusable === null) findings.push(unwise('secret', 'codes of secrets that are gone could not be counted'));
  else if (unusable.open > 0)
    findings.push(
      bad(
        'secret',
        `${unusable.more ? 'at least ' : ''}${String(unusable.open)} open invitation(s) were made under a secret that is gone: put it back behind the newest`,
      ),
    );
  return findings;
}

function linkFindings({ baseUrl, production }: EnrollmentDiagnosis): readonly Finding[] {
  const { protocol } = new URL(baseUrl);
  if (protocol === 'https:') return [fine('links', `${baseUrl}: cookies are Secure and named __Host- or __Secure-`)];
  if (isLocal(baseUrl) && !production) return [fine('links', `${baseUrl}: for development`)];
  return [bad('links', `${baseUrl} is not https: codes and cookies travel in the open`)];
}

function ruleFindings({ redemptions, losesPasswords, registration, flows }: EnrollmentDiagnosis): readonly Finding[] {
  return [
    redemptions
      ? fine('redemptions', 'the user store can tell whether a seat was redeemed')
      : bad(
          'redemptions',
          'none are given: a seat whose write was interrupted stays held, and "never twice" rests on Redis alone',
        ),
    ...(losesPasswords
      ? [unwise('passwords', 'users.replacePassword is missing: a write that is delayed can replace a later password')]
      : []),
    registration === 'open'
      ? unwise('registration', 'open: flows without a code make accounts')
      : fine('registration', 'by invitation only'),
    flows.length === 0
      ? fine('flows', 'none: guards on your own routes')
      : fine('flows', flows.map(({ slug, designation }) => `${slug} (${designation})`).join(', ')),
  ];
}
