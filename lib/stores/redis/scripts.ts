import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '#package-root';

/** A script for Redis: its text, and the hash by which Redis knows it. */
export interface LuaScript {
  /** The name of its file, without `.lua`. */
  readonly name: string;
  readonly lua: string;
  readonly sha1: string;
}

/** The comment at the top of each file says what it does, its keys and arguments, and what it returns. */
export const scripts = Object.freeze({
  addSession: readScript('add-session'),
  addWaiting: readScript('add-waiting'),
  appendFlows: readScript('append-flows'),
  beginErasure: readScript('begin-erasure'),
  buryDelivery: readScript('bury-delivery'),
  changeWaiting: readScript('change-waiting'),
  claimSeat: readScript('claim-seat'),
  commitSeat: readScript('commit-seat'),
  compareAndSet: readScript('compare-and-set'),
  countPoints: readScript('count-points'),
  countWaiting: readScript('count-waiting'),
  createInvitation: readScript('create-invitation'),
  createMail: readScript('create-mail'),
  deadDeliveries: readScript('dead-deliveries'),
  editInvitation: readScript('edit-invitation'),
  endSessions: readScript('end-sessions'),
  erasePerson: readScript('erase-person'),
  finishDelivery: readScript('finish-delivery'),
  lapsedClaims: readScript('lapsed-claims'),
  listInvitations: readScript('list-invitations'),
  listMails: readScript('list-mails'),
  listWaiting: readScript('list-waiting'),
  noteOrigin: readScript('note-origin'),
  noteRefusals: readScript('note-refusals'),
  postponeDelivery: readScript('postpone-delivery'),
  putDeliveries: readScript('put-deliveries'),
  readInvitation: readScript('read-invitation'),
  readTickets: readScript('read-tickets'),
  releaseReservation: readScript('release-reservation'),
  releaseSeat: readScript('release-seat'),
  removeSessions: readScript('remove-sessions'),
  removeWaiting: readScript('remove-waiting'),
  renewClaim: readScript('renew-claim'),
  renewSession: readScript('renew-session'),
  replaceMail: readScript('replace-mail'),
  replacePlan: readScript('replace-plan'),
  replaceTickets: readScript('replace-tickets'),
  reserveOutstanding: readScript('reserve-outstanding'),
  reviveDelivery: readScript('revive-delivery'),
  sessionEpoch: readScript('session-epoch'),
  takeDeliveries: readScript('take-deliveries'),
  visitSession: readScript('visit-session'),
});

function readScript(name: string): LuaScript {
  const lua = readFileSync(join(packageRoot, `lib/stores/redis/scripts/${name}.lua`), 'utf8');
  return Object.freeze({ name, lua, sha1: createHash('sha1').update(lua).digest('hex') });
}
