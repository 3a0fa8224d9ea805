import { existsSync, readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { Command } from 'commander';
import { parseJson, type JsonObject } from '../../base/json.js';
import { hasFunctions, hasMembers } from '../../base/setting-rules.js';
import type { PolicyReport, PolicyTrial } from '../../composition/try-policy.js';
import type { Policy } from '../../flow/policy.js';
import { localeFlag } from '../language-flag.js';
import { loadModule } from '../load-module.js';
import { printable } from '../printable.js';
import type { Action } from '../program.js';
import { CommandError, exitCodes, usage, type Terminal } from '../terminal.js';

interface TryFlags {
  readonly user?: string;
  readonly context?: string;
  readonly answers?: string;
  readonly address?: string;
  readonly userAgent?: string;
  readonly locale?: string;
  readonly flow?: string;
}

const examples = `
A file exports the policy as default; a file *.py is an expression of authentik.
Answers whose names suggest passwords or
codes are never printed.

Examples:
  express-enrollment policy try passwords-match --answers answers.json
  express-enrollment policy try ./staff-only.js --user 42 --context sso.json
  express-enrollment policy try ./invite-code-check.py --answers answers.json`;

/** `policy …`: policies by themselves. */
export function addPolicyCommands(program: Command, action: Action): void {
  program
    .command('policy')
    .description('policies: what they decide')
    .command('try <policy>')
    .description('ask a policy, by its name in the flows or by its file; ends with 1 if it does not pass')
    .option('--user <id>', 'the id of the signed-in user')
    .option('--context <file>', 'the context of the plan, as JSON')
    .option('--answers <file>', 'the answers of the form, as JSON')
    .option('--address <address>', 'the client (default: 192.0.2.1)')
    .option('--user-agent <text>', 'what the client says that it is (default: nothing)')
    .option('--locale <tag>', 'the language of the messages (default: en)')
    .option('--flow <slug>', 'the flow that it is asked in')
    .addHelpText('after', examples)
    .action(
      action(async ({ terminal, output, unready, fail }, given: string, flags: TryFlags) => {
        const { context, answers, ...rest } = flags;
        const trial = {
          ...rest,
          ...(context === undefined ? {} : { context: fileOf(terminal, context) }),
          ...(answers === undefined ? {} : { answers: fileOf(terminal, answers) }),
        } as PolicyTrial;
        const policy = await policyOf(terminal, given);
        const enrollment = await unready();
        localeFlag(flags.locale, '--locale', enrollment.messages);
        const report = await enrollment.tryPolicy(policy, trial).catch((error: unknown) => {
          throw error instanceof TypeError ? usage(error.message) : error;
        });
        if (!report.pass) fail();
        output.answer(report, () => textOf(report));
      }),
    );
}

/** A file where there is one, else a name. */
async function policyOf({ cwd }: Pick<Terminal, 'cwd'>, given: string): Promise<Policy | string> {
  const path = resolve(cwd, given);
  if (!/[\\/.]/.test(given) || !existsSync(path)) return given;
  if (path.endsWith('.py')) return pythonPolicyOf(path);
  const found = await loadModule(path);
  if (isPolicy(found)) return found;
  throw new CommandError(`${path} exports no policy as default`, exitCodes.usage);
}

/** An expression of authentik. Its evaluator is loaded by this command only. */
async function pythonPolicyOf(path: string): Promise<Policy> {
  const { pythonPolicy } = await import('../../python.js');
  return pythonPolicy(readFileSync(path, 'utf8'), { name: basename(path, '.py'), file: path });
}

function isPolicy(value: unknown): value is Policy {
  return hasMembers(value, 'name', 'fields') && hasFunctions(value, 'check');
}

function fileOf({ cwd }: Pick<Terminal, 'cwd'>, file: string): JsonObject {
  const path = resolve(cwd, file);
  if (!existsSync(path)) throw usage(`there is no file ${path}`);
  const record = parseJson(readFileSync(path, 'utf8'));
  if (record === null) throw usage(`${path} is not a JSON object`);
  return record;
}

function textOf(report: PolicyReport): string {
  const { policy, pass, messages, sets, actions, milliseconds, error } = report;
  return [
    `${policy}: ${error === null ? (pass ? 'passes' : 'fails') : 'no verdict'} (${String(milliseconds)} ms)`,
    ...messages.map(({ id, text }) => `  says: ${text} (${id})`),
    ...(sets.length === 0 ? [] : [`  sets: ${sets.join(', ')}`]),
    ...actions.map((one) => `  does: ${JSON.stringify(one)}`),
    ...(error === null ? [] : [`  error: ${error}`]),
  ]
    .map((line) => printable(line))
    .join('\n');
}
