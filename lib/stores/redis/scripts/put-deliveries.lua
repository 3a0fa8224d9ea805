-- Stores items that have to be delivered, but for those that are there, or were delivered lately.
-- KEYS: items, done, enrolled, accepted, webhooks, mails
-- ARGV: skewMs, delayMs, idsKindsMostsTexts...
-- returns: the ids for which there was no room
local items, done, enrolled, accepted, webhooks, mails = unpack(KEYS)
local time = redis.call('TIME')
local dueAt = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[1] + ARGV[2]
local refused = {}
for at = 3, #ARGV, 4 do
  local id, kind, most, text = ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3]
  local due = kind == 'enrolled' and enrolled or kind == 'accepted' and accepted or kind == 'mail' and mails or webhooks
  if redis.call('HEXISTS', items, id) == 0 and not redis.call('ZSCORE', done, id) then
    if redis.call('ZCARD', due) < tonumber(most) then
      redis.call('HSET', items, id, text)
      redis.call('ZADD', due, dueAt, id)
    else
      refused[#refused + 1] = id
    end
  end
end
return refused
