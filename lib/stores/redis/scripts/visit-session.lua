-- Reads a session. A visit puts off its idle end, never its absolute one.
-- KEYS: session
-- ARGV: idleSeconds, absoluteSeconds, nowSeconds
-- returns: the session's text, or nil
local text = redis.call('GET', KEYS[1])
if not text then return nil end
local started = string.match(text, '^{"enrollmentStartedAt":(%d+)')
if not started then return text end
-- A session keeps the end that it began with where the lifetime has become longer since; earlier builds stored none.
local ends = string.match(text, '^{"enrollmentStartedAt":%d+,"enrollmentEndsAt":(%d+)')
local left = math.min(started + ARGV[2], tonumber(ends or math.huge)) - ARGV[3]
if left > 0 then
  redis.call('EXPIRE', KEYS[1], math.min(tonumber(ARGV[1]), left))
  return text
end
redis.call('DEL', KEYS[1])
return nil
