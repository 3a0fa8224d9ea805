import { message } from '../base/message.js';
import { flowTarget } from '../base/target.js';
import { go } from './reply.js';
import type { Run } from './run.js';

/** A submission for another step than the current one does nothing. */
export function movedOn<R extends Run>(run: R): R {
  return { ...run, changed: false, reply: go(flowTarget(run.ask.flow.slug), { notice: message('notice.moved_on') }) };
}
