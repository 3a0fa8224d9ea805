-- Gives a plan a place of an invitation, or says why not.
-- KEYS: record, places, plans, open, free, ledger
-- ARGV: plan, token, leaseMs, skewMs
-- returns: { "redeemed", place, user } | { "claimed", place, json } | { "settle", place, token, plan, … } | { "refused", cause }
local record, places, plans, open, free, ledger = unpack(KEYS)
local plan, token = ARGV[1], ARGV[2]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[4]

local own = redis.call('HGET', plans, plan)
local seat = own and redis.call('HGET', places, own)
seat = seat and cjson.decode(seat)
-- The place says whose it is: another plan's account may have been found to have it.
if not seat or seat.plan ~= plan then own = false end

if own and seat.user then return { 'redeemed', own, seat.user } end

local json, max, notBefore, expires, revokedAt = unpack(redis.call('HMGET', record, 'json', 'max', 'notBefore', 'expires', 'revokedAt'))
if not json then return { 'refused', 'unknown' } end

local function take(place)
  redis.call('HSET', places, place, cjson.encode({ plan = plan, token = token }))
  redis.call('HSET', plans, plan, place)
  redis.call('ZADD', open, now + ARGV[3], place)
  if not own then redis.call('XADD', ledger, 'MAXLEN', '~', 10000, '*', 'at', now, 'kind', 'claimed', 'place', place) end
  return { 'claimed', place, json }
end

-- Given back places first, then the next number; a number may be taken already by an account that was found later.
local function smallestFree()
  while true do
    local place = redis.call('ZPOPMIN', free)[1] or string.format('%d', redis.call('HINCRBY', record, 'top', 1))
    if redis.call('HEXISTS', places, place) == 0 then return place end
  end
end

if own and tonumber(redis.call('ZSCORE', open, own)) > now then return take(own) end
if revokedAt ~= '' then return { 'refused', 'revoked' } end
if notBefore ~= '' and now < tonumber(notBefore) then return { 'refused', 'not_yet' } end
if expires ~= '' and now >= tonumber(expires) then return { 'refused', 'expired' } end
if own then return take(own) end
if max == '' then return take('@' .. plan) end

local taken = redis.call('HLEN', places)
if taken < tonumber(max) then return take(smallestFree()) end

local lapsed = redis.call('ZRANGEBYSCORE', open, '-inf', now, 'LIMIT', 0, 10)
if #lapsed > 0 then
  local answer = { 'settle' }
  for _, place in ipairs(lapsed) do
    local claim = cjson.decode(redis.call('HGET', places, place))
    answer[#answer + 1] = place
    answer[#answer + 1] = claim.token
    answer[#answer + 1] = claim.plan
  end
  return answer
end

local redeemed = taken - redis.call('ZCARD', open)
return { 'refused', redeemed >= tonumber(max) and 'used_up' or 'held' }
