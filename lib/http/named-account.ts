import { chain, type Awaitable } from '../base/awaitable.js';
import { message } from '../base/message.js';
import type { StageReply } from '../executor/reply.js';
import type { PageModel } from '../pages/page-model.js';
import { maskedCurrentName } from './masked-current-name.js';
import type { Visit } from './visit.js';

/** The page that deletes an account names it: the person at the browser may not be the one who signed in. */
export function withAccountName(visit: Visit, reply: StageReply, page: PageModel): Awaitable<PageModel> {
  if (visit.flow.designation !== 'unenrollment' || !reply.destructive || visit.user === null) return page;
  return chain(maskedCurrentName(visit), (name) =>
    name === null ? page : { ...page, messages: [message('signed_in.as', { name }), ...page.messages] },
  );
}
