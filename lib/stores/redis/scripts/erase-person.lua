-- Puts a tombstone wherever a person stands in an invitation's seats and ledger.
-- KEYS: record, seats, ledger, call
-- ARGV: user, tombstone, seat, skewMs
-- returns: 1
local record, seats, ledger, call = unpack(KEYS)
if redis.call('GET', call) then return 1 end
redis.call('SET', call, 1, 'EX', 60)
local user, tombstone, seat = ARGV[1], ARGV[2], ARGV[3]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[4]

local occupant = seat ~= '' and redis.call('HGET', seats, seat)
occupant = occupant and cjson.decode(occupant)
if occupant and occupant.user == user then
  occupant.user = tombstone
  redis.call('HSET', seats, seat, cjson.encode(occupant))
end

local issued, by = string.match(redis.call('HGET', record, 'issued') or '', '^(%d+ %S+ )(.*)$')
if by == user then redis.call('HSET', record, 'issued', issued .. tombstone) end

for at, json in ipairs(redis.call('LRANGE', ledger, 0, -1)) do
  local entry = cjson.decode(json)
  if entry.user == user or entry.by == user then
    if entry.user == user then entry.user = tombstone end
    if entry.by == user then entry.by = tombstone end
    redis.call('LSET', ledger, at - 1, cjson.encode(entry))
  end
end

redis.call('RPUSH', ledger, cjson.encode({ at = now, kind = 'erased' }))
return 1
