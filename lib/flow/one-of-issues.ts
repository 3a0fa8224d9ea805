import { didYouMean } from '../base/did-you-mean.js';
import { issueAt, type FlowIssue, type FlowPart } from './flow-issue.js';

/** A value that is none of those that are allowed. */
export function oneOfIssues(part: FlowPart, value: string, allowed: readonly string[]): readonly FlowIssue[] {
  return allowed.includes(value)
    ? []
    : [issueAt(part, `'${value}' is not one of ${allowed.join(', ')}${didYouMean(value, allowed)}`)];
}
