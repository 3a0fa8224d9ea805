-- Lists claims whose leases ran out, the oldest first. Lapsed holds are not among them: they are free.
-- KEYS: seats, open
-- ARGV: skewMs
-- returns: { seat, token, plan, … }, ten at most
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[1]

local answer, offset, page = {}, 0, 100
repeat
  local lapsed = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now, 'LIMIT', offset, page)
  for _, seat in ipairs(lapsed) do
    local claim = cjson.decode(redis.call('HGET', KEYS[1], seat))
    if #answer < 30 and (claim.writing or not claim.hold) then
      answer[#answer + 1] = seat
      answer[#answer + 1] = claim.token
      answer[#answer + 1] = claim.plan
    end
  end
  offset = offset + page
until #lapsed < page or #answer == 30
return answer
