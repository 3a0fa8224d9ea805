-- Makes an item due again that was given up, with all its attempts before it.
-- KEYS: items, attempts, dead, errors, enrolled, accepted, webhooks, mails, call
-- ARGV: id, skewMs
-- returns: 1, or 0 when there is none
local items, attempts, dead, errors, enrolled, accepted, webhooks, mails, call = unpack(KEYS)
if redis.call('GET', call) then return 1 end
local id = ARGV[1]
if redis.call('ZREM', dead, id) == 0 then return 0 end
local time = redis.call('TIME')
local readable, item = pcall(cjson.decode, redis.call('HGET', items, id) or '')
local kind = readable and type(item) == 'table' and item.kind
local due = kind == 'enrolled' and enrolled or kind == 'accepted' and accepted or kind == 'mail' and mails or webhooks
redis.call('SET', call, 1, 'EX', 60)
redis.call('HDEL', attempts, id)
redis.call('HDEL', errors, id)
redis.call('ZADD', due, time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[2], id)
return 1
