-- Lists records of mails, the newest first.
-- KEYS: order, records
-- ARGV: below, limit
-- below: '+inf', or '(' and the place
-- returns: { place, text, … }
local listed = redis.call('ZREVRANGEBYSCORE', KEYS[1], ARGV[1], '-inf', 'WITHSCORES', 'LIMIT', 0, ARGV[2])
local answer = {}
for at = 1, #listed, 2 do
  answer[#answer + 1] = listed[at + 1]
  answer[#answer + 1] = redis.call('HGET', KEYS[2], listed[at]) or ''
end
return answer
