-- Lists claims whose leases ran out, the oldest first.
-- KEYS: places, open
-- ARGV: skewMs
-- returns: { place, token, plan, … }, ten at most
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[1]

local answer = {}
for _, place in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now, 'LIMIT', 0, 10)) do
  local claim = cjson.decode(redis.call('HGET', KEYS[1], place))
  answer[#answer + 1] = place
  answer[#answer + 1] = claim.token
  answer[#answer + 1] = claim.plan
end
return answer
