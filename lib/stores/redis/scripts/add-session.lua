-- Records a session of a user, unless the evidence for it is of an epoch before the last end of the user's sessions.
-- KEYS: sessions, order, ended
-- ARGV: id, record, expiresAt, epoch, nowMs, most
-- returns: 'refused', or the records beyond the limit, which are removed
local ended = redis.call('GET', KEYS[3])
if ended and tonumber(ended) > tonumber(ARGV[4]) then return 'refused' end
local expired = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', ARGV[5])
for _, id in ipairs(expired) do
  redis.call('HDEL', KEYS[1], id)
  redis.call('ZREM', KEYS[2], id)
end
redis.call('ZREM', KEYS[2], ARGV[1])
local over = {}
local count = redis.call('ZCARD', KEYS[2]) + 1 - tonumber(ARGV[6])
if count > 0 then
  for _, id in ipairs(redis.call('ZRANGE', KEYS[2], 0, count - 1)) do
    local record = redis.call('HGET', KEYS[1], id)
    if record then table.insert(over, record) end
    redis.call('HDEL', KEYS[1], id)
    redis.call('ZREM', KEYS[2], id)
  end
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[1])
local last = redis.call('ZRANGE', KEYS[2], -1, -1, 'WITHSCORES')
local seconds = math.max(1, math.ceil((tonumber(last[2]) - tonumber(ARGV[5])) / 1000))
redis.call('EXPIRE', KEYS[1], seconds)
redis.call('EXPIRE', KEYS[2], seconds)
return over
