-- Reads an invitation's record and counts its places. Changes nothing.
-- KEYS: record, places, plans, open
-- ARGV: plan, skewMs
-- returns: nil, or { json, places, claimed, lapsed, "claimed" | "redeemed" | "", now }
local json = redis.call('HGET', KEYS[1], 'json')
if not json then return nil end

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[2]

local own = ''
local place = redis.call('HGET', KEYS[3], ARGV[1])
local seat = place and redis.call('HGET', KEYS[2], place)
if seat then
  seat = cjson.decode(seat)
  if seat.plan == ARGV[1] then own = seat.user and 'redeemed' or 'claimed' end
end

return { json, redis.call('HLEN', KEYS[2]), redis.call('ZCARD', KEYS[4]), redis.call('ZCOUNT', KEYS[4], '-inf', now), own, now }
