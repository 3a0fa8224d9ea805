import { createHmac } from 'node:crypto';
import type { Redis } from 'ioredis';
import { defineScript } from './script.js';

const wrongCodesPerClient = 10;
const windowSeconds = 900;

// One command for throttle and lookup; only failures are counted.
const checkLua = `
local strikes = tonumber(redis.call('GET', KEYS[1]) or '0')
if strikes >= tonumber(ARGV[1]) then return {'slow', redis.call('TTL', KEYS[1])} end
local row = redis.call('HMGET', KEYS[2], 'max', 'used', 'expires')
if not row[1] then
  if redis.call('INCR', KEYS[1]) == 1 then redis.call('EXPIRE', KEYS[1], ARGV[2]) end
  return {'wrong'}
end
if tonumber(redis.call('TIME')[1]) >= tonumber(row[3]) then return {'expired'} end
if tonumber(row[2]) >= tonumber(row[1]) then return {'used up'} end
return {'open'}`;

// Claims a seat and deletes the plan in one step, so that a second click finds neither.
const redeemLua = `
local row = redis.call('HMGET', KEYS[1], 'max', 'used', 'expires')
if not row[1] then return {'wrong'} end
if tonumber(redis.call('TIME')[1]) >= tonumber(row[3]) then return {'expired'} end
if tonumber(row[2]) >= tonumber(row[1]) then return {'used up'} end
if redis.call('DEL', KEYS[2]) == 0 then return {'gone'} end
redis.call('HINCRBY', KEYS[1], 'used', 1)
return {'open'}`;

const takeLua = `
local row = redis.call('HMGET', KEYS[1], 'max', 'used', 'expires')
if not row[1] then return {'wrong'} end
if tonumber(redis.call('TIME')[1]) >= tonumber(row[3]) then return {'expired'} end
if tonumber(row[2]) >= tonumber(row[1]) then return {'used up'} end
redis.call('HINCRBY', KEYS[1], 'used', 1)
return {'open'}`;

export type CodeState = 'open' | 'wrong' | 'expired' | 'used up' | 'slow' | 'gone';
export interface CodeAnswer {
  readonly state: CodeState;
  readonly waitSeconds: number;
}

function codeAnswer(reply: unknown): CodeAnswer {
  const [state, wait] = reply as [CodeState, number | undefined];
  return { state, waitSeconds: wait ?? 0 };
}

export type InviteCodes = ReturnType<typeof inviteCodes>;

/** Invite codes with a number of uses, stored under a MAC: the content of Redis does not reveal the codes. */
export function inviteCodes(redis: Redis, secret: string) {
  const check = defineScript(redis, 'benchCheckCode', checkLua, 2);
  const take = defineScript(redis, 'benchTakePlace', takeLua, 1);
  const redeem = defineScript(redis, 'benchRedeemCode', redeemLua, 2);
  const keyOf = (typed: string): string => {
    const canonical = typed
      .normalize('NFKC')
      .toUpperCase()
      .replace(/[\s\p{Pd}]+/gu, '');
    return `code:${createHmac('sha256', secret).update('code\0').update(canonical).digest('base64url')}`;
  };
  return {
    async seed(code: string, max: number): Promise<void> {
      const expires = Math.floor(Date.now() / 1000) + 86_400;
      await redis.hset(keyOf(code), { max, used: 0, expires });
    },
    async check(typed: string, client: string): Promise<CodeAnswer & { key: string }> {
      const key = keyOf(typed);
      const reply = await check([`strikes:${client}`, key], [wrongCodesPerClient, windowSeconds]);
      return { ...codeAnswer(reply), key };
    },
    /** Claims a seat when only the session has the plan. */
    take: async (key: string): Promise<CodeAnswer> => codeAnswer(await take([key], [])),
    redeem: async (key: string, planKey: string): Promise<CodeAnswer> => codeAnswer(await redeem([key, planKey], [])),
    async release(key: string): Promise<void> {
      await redis.hincrby(key, 'used', -1);
    },
  };
}
