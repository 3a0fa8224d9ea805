-- Records a session of a user in place of one that still counts. All others count no more: they leave the order, and
-- stay in the list until they are removed.
-- KEYS: sessions, order, ended
-- ARGV: id, record, expiresAt, epoch, nowMs, replaced
-- returns: 'refused', or the records of the others
local ended = redis.call('GET', KEYS[3])
if ended and tonumber(ended) > tonumber(ARGV[4]) then return 'refused' end
local last = redis.call('ZSCORE', KEYS[2], ARGV[6])
if not last or tonumber(last) <= tonumber(ARGV[5]) then return 'refused' end
redis.call('HDEL', KEYS[1], ARGV[6])
local others = redis.call('HVALS', KEYS[1])
redis.call('DEL', KEYS[2])
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[1])
local ms = math.max(1000, tonumber(ARGV[3]) - tonumber(ARGV[5]))
redis.call('EXPIRE', KEYS[2], math.ceil(ms / 1000))
if redis.call('PTTL', KEYS[1]) < ms then redis.call('EXPIRE', KEYS[1], math.ceil(ms / 1000)) end
return others
