-- Reads an invitation's record and counts its seats. Changes nothing.
-- KEYS: record, seats, plans, open, holds
-- ARGV: plan, skewMs
-- returns: nil, or { json, seats, claimed, lapsed, "claimed" | "redeemed" | "", now, held }
local json = redis.call('HGET', KEYS[1], 'json')
if not json then return nil end

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[2]

local own = ''
local seat = redis.call('HGET', KEYS[3], ARGV[1])
local occupant = seat and redis.call('HGET', KEYS[2], seat)
if occupant then
  occupant = cjson.decode(occupant)
  if occupant.plan == ARGV[1] then own = occupant.user and 'redeemed' or 'claimed' end
end

local seats, open = redis.call('HLEN', KEYS[2]), redis.call('ZCARD', KEYS[4])
local lapsed = open > 0 and redis.call('ZCOUNT', KEYS[4], '-inf', now) or 0
local holds = open > 0 and redis.call('ZCARD', KEYS[5]) or 0
-- A hold that has lapsed counts as free, even before it is removed.
local over = holds > 0 and redis.call('ZCOUNT', KEYS[5], '-inf', now) or 0
return { json, seats - over, open - holds, lapsed - over, own, now, holds - over }
