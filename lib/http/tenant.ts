import type { Request } from 'express';
import { EnrollmentError } from '../base/error.js';
import { identifierProblem } from '../base/text-problem.js';

/**
 * The tenant of a request; `undefined` if the app has none.
 * @throws ERR_ENROLLMENT_TENANT when the option `tenant` answers with neither a text nor null, or with a text that no store keeps as it is: an unknown host must not
 *   count as an app without tenants, where every invitation is good
 */
export function tenantOf(tenant: ((req: Request) => string | null) | null, req: Request): string | null | undefined {
  if (tenant === null) return undefined;
  const answer: unknown = tenant(req);
  if (answer === null) return answer;
  if (typeof answer !== 'string')
    throw new EnrollmentError('ERR_ENROLLMENT_TENANT', 'the option "tenant" must answer with a text, or with null');
  const problem = identifierProblem(answer);
  if (problem === null) return answer;
  throw new EnrollmentError('ERR_ENROLLMENT_TENANT', `the option "tenant" answered with a text that ${problem}`);
}
