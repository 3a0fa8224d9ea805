-- Counts an invitation as outstanding for a while, unless a ceiling is reached.
-- KEYS: counts...
-- ARGV: id, leaseMs, skewMs, ceilings, instead...
-- ceilings: JSON, a number or false for each key
-- returns: 0 when it is counted, or the number of the key whose ceiling is reached
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[3]
local ceilings = cjson.decode(ARGV[4])

for _, key in ipairs(KEYS) do redis.call('ZREMRANGEBYSCORE', key, '-inf', now) end
if redis.call('ZSCORE', KEYS[1], ARGV[1]) then return 0 end
for at, key in ipairs(KEYS) do
  if ceilings[at] then
    local count = redis.call('ZCARD', key)
    for one = 5, #ARGV do
      if redis.call('ZSCORE', key, ARGV[one]) then count = count - 1 end
    end
    if count >= ceilings[at] then return at end
  end
end
for _, key in ipairs(KEYS) do redis.call('ZADD', key, now + ARGV[2], ARGV[1]) end
return 0
