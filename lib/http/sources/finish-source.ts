import type { Request, Response } from 'express';
import { message } from '../../base/message.js';
import { locationOf, ownPath, type Target } from '../../base/target.js';
import { beginPlan } from '../../executor/begin-plan.js';
import { refusal } from '../../executor/reply.js';
import type { Context } from '../../flow/context.js';
import type { HeldIdentity } from '../../ports/held-identity.js';
import type { Source } from '../../sources/source.js';
import { mintHandle } from '../cookies/handle.js';
import { sendTo } from '../headers.js';
import { flowPath } from '../links.js';
import { giveHandle } from '../visit.js';
import type { Web } from '../web.js';
import { writeRefusal } from '../write-reply.js';
import { sourceCookies } from './source-cookie.js';
import { writeFailure } from './source-failure.js';
import { heldIdentity, type SourcesWeb } from './sources-web.js';

/**
 * GET: back from the provider. The one-time state was taken by this very request, so it may act: who has an account is
 * signed in, who has none comes to the gate with the identity in the plan.
 */
export async function finishSource(
  web: Web,
  sources: SourcesWeb,
  source: Source,
  req: Request,
  res: Response,
): Promise<void> {
  const cookies = sourceCookies(web.site, req);
  const mark = req.url.indexOf('?');
  const outcome = await source.finish({
    parameters: mark === -1 ? '' : req.url.slice(mark + 1),
    cookie: (tag) => cookies.read(tag),
  });
  if (outcome.is === 'failed') {
    writeFailure(web, source, outcome, req, res);
    return;
  }
  for (const line of cookies.end(outcome.tag)) res.append('Set-Cookie', line);
  const next = ownPath(web.site, outcome.then['next']);
  const identity = heldIdentity(source, outcome.identity, web.clock.now());
  const recognised = await sources.recognise(identity, await web.door.current(req));
  web.bench.events('source.identified', { source: source.slug, outcome: recognised.is });
  if (recognised.is === 'denied') {
    writeRefusal(web, req, res, refusal(403, [message(recognised.message, { source: source.name })]));
    return;
  }
  if (recognised.is === 'sign_in') {
    const entered = await web.door.signIn(req, res, recognised.userId, { method: 'sso', rememberSeconds: null });
    if (entered) sendTo(res, (next && locationOf(web.site, next)) ?? web.home, null);
    else writeRefusal(web, req, res, refusal(403, [message('source.inactive')]));
    return;
  }
  await openGate(web, sources, identity, next, req, res);
}

/** A plan of its own, stored at once: the identity must survive the way to the page, and comes only this once. */
async function openGate(
  web: Web,
  { gate }: SourcesWeb,
  identity: HeldIdentity,
  next: Target | null,
  req: Request,
  res: Response,
): Promise<void> {
  const jar = web.cookies(gate.slug, req);
  const now = web.clock.now();
  const handle = mintHandle(web.keyring, gate.slug, now, web.token());
  await beginPlan(web.bench, gate, { planId: handle.planId, origin: originOf(identity, next), now });
  giveHandle({ web, flow: gate, jar }, handle);
  sendTo(res, flowPath(web, gate.slug), jar);
}

/** Proposals of the provider are prompts' first values; an address counts only where the provider vouches for it. */
function originOf(identity: HeldIdentity, next: Target | null): Context {
  const { username, name, source, claims } = identity;
  const email = identity.emailVerified ? identity.email : null;
  return {
    identity,
    is_sso: true,
    source,
    oauth_userinfo: claims,
    prompt_data: {
      ...(username === null ? {} : { username }),
      ...(email === null ? {} : { email }),
      ...(name === null ? {} : { name }),
    },
    ...(email === null ? {} : { fixed_data: { email } }),
    ...(next === null ? {} : { redirect: next }),
  };
}
