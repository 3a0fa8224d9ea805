-- Reads a subject's tickets and the time. Changes nothing.
-- KEYS: tickets
-- ARGV: skewMs
-- returns: { revision, text, now }; revision 0 and an empty text where there are none
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[1]
local revision, text = unpack(redis.call('HMGET', KEYS[1], 'revision', 'text'))
return { tonumber(revision or 0), text or '', now }
