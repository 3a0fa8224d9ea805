-- Adds points to counters, or takes them back; a window starts with the first point. No counter falls below zero.
-- KEYS: counters...
-- ARGV: pointsWindowSecondsTokens...
-- returns: { sum, milliseconds until the window ends, … }
-- Behind the point of the sum stands the token of the call that counted last: sent again, it counts once.
local answer = {}
for at, counter in ipairs(KEYS) do
  local points, token = tonumber(ARGV[at * 3 - 2]), ARGV[at * 3]
  local counted, last = string.match(redis.call('GET', counter) or '', '^(%d+)%.?(%d*)')
  local sum = tonumber(counted or 0)
  local left = redis.call('PTTL', counter)
  if points ~= 0 and not (left > 0 and last == token) then
    sum = math.max(sum + points, 0)
    if left > 0 then
      redis.call('SET', counter, string.format('%d.%s', sum, token), 'KEEPTTL')
    elseif points > 0 then
      left = ARGV[at * 3 - 1] * 1000
      sum = points
      redis.call('SET', counter, string.format('%d.%s', sum, token), 'PX', left)
    end
  end
  answer[at * 2 - 1] = sum
  answer[at * 2] = left
end
return answer
