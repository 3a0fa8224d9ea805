-- Gives due items to one worker for a lease; when it ends unsettled, they are due again.
-- KEYS: items, due, attempts, tokens
-- ARGV: limit, leaseMs, token, skewMs
-- returns: { milliseconds until another one falls due, or -1 for none, id, text, attempts, … }
local items, due, attempts, tokens = unpack(KEYS)
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[4]
local answer = { -1 }
for _, id in ipairs(redis.call('ZRANGEBYSCORE', due, '-inf', now, 'LIMIT', 0, ARGV[1])) do
  local text = redis.call('HGET', items, id)
  if text then
    redis.call('ZADD', due, now + ARGV[2], id)
    redis.call('HSET', tokens, id, ARGV[3])
    answer[#answer + 1] = id
    answer[#answer + 1] = text
    answer[#answer + 1] = redis.call('HINCRBY', attempts, id, 1)
  else
    redis.call('ZREM', due, id)
  end
end
local first = redis.call('ZRANGE', due, 0, 0, 'WITHSCORES')
if first[2] then answer[1] = math.max(0, math.ceil(first[2] - now)) end
return answer
