-- Reads an invitation's record and counts its places. Changes nothing.
-- KEYS: record, places, plans, open, holds
-- ARGV: plan, skewMs
-- returns: nil, or { json, places, claimed, lapsed, "claimed" | "redeemed" | "", now, held }
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

local places, open = redis.call('HLEN', KEYS[2]), redis.call('ZCARD', KEYS[4])
local lapsed = open > 0 and redis.call('ZCOUNT', KEYS[4], '-inf', now) or 0
local holds = open > 0 and redis.call('ZCARD', KEYS[5]) or 0
-- A hold that has lapsed is free already, although nobody has taken it out yet.
local over = holds > 0 and redis.call('ZCOUNT', KEYS[5], '-inf', now) or 0
return { json, places - over, open - holds, lapsed - over, own, now, holds - over }
