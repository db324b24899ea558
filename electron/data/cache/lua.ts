/**
 * The scripts of the cache. Each script touches one key, or two keys of one slot, so it also works in a cluster. The
 * scripts of writers take many keys if no slots separate them, and each key has its own result. A key holds a value, or
 * a mark that is not JSON. In a hash, the mark is in the field `~` beside the other fields:
 *
 * - `~L:<token>`: a lease. A reader that missed is asking MySQL, and may fill the key while its token is there.
 * - `~B:<expiry>:<had>|<token>=<deadline>|…`: blocked by writers from the end of their work until their lift. Readers
 *   ask MySQL and fill nothing. `expiry` is when a whole hash under the block would have expired (0: there is no hash,
 *   or its correct content is no longer known). `had` is 1 if a value was there that no lift has counted yet. Times are
 *   milliseconds of the server's clock.
 * - `~N`: a hash without fields.
 */
const common = `
local key, kind, first
local function look(name)
  key = name
  -- Nearly all are strings, of which the beginning is looked at anyway.
  local text = redis.pcall('GETRANGE', name, 0, 0)
  if type(text) == 'string' and text ~= '' then
    kind, first = 'string', text
    return
  end
  if type(text) == 'table' and text.err and not string.find(text.err, 'WRONGTYPE', 1, true) then error(text.err, 0) end
  kind, first = redis.call('TYPE', name), ''
  if type(kind) == 'table' then kind = kind.ok end
end
local function clock()
  local t = redis.call('TIME')
  return t[1] * 1000 + math.floor(t[2] / 1000)
end
local function mark()
  if kind == 'string' then
    if first == '~' then return redis.call('GET', key) end
  elseif kind == 'hash' then
    return redis.call('HGET', key, '~') or nil
  end
  return nil
end
local function blocks(text, now)
  local expiry, had, rest = string.match(text, '^~B:(%d+):(%d)(.*)$')
  local live, dead = {}, false
  for token, deadline in string.gmatch(rest, '|([^=|]+)=(%d+)') do
    if tonumber(deadline) > now then live[#live + 1] = { token, deadline } else dead = true end
  end
  return tonumber(expiry), had, live, dead
end
local function join(expiry, had, live)
  local text = '~B:' .. string.format('%.0f', expiry) .. ':' .. had
  for _, b in ipairs(live) do text = text .. '|' .. b[1] .. '=' .. b[2] end
  return text
end
local function put(text)
  if kind == 'hash' then redis.call('HSET', key, '~', text) else redis.call('SET', key, text, 'KEEPTTL') end
end
`;

/**
 * Runs a script's work for each of its keys. Returns one result per key: a number, or the error as text. An error does
 * not stop the other keys.
 */
const each = `
local function each(work)
  local told = {}
  for at, name in ipairs(KEYS) do
    local done, outcome = pcall(function()
      look(name)
      return work(at)
    end)
    if not done then outcome = type(outcome) == 'table' and outcome.err or tostring(outcome) end
    told[at] = outcome
  end
  return told
end
`;

/** A hash as one JSON object, or its mark. One text is parsed many times faster than hundreds of small ones. */
const joined = `
local function joined(flat)
  local parts = {}
  for at = 1, #flat, 2 do
    if flat[at] ~= '~' then
      parts[#parts + 1] = cjson.encode(flat[at]) .. ':' .. flat[at + 1]
    elseif flat[at + 1] ~= '~N' then
      return flat[at + 1]
    end
  end
  return '{' .. table.concat(parts, ',') .. '}'
end
`;

/** A whole hash as JSON, or its mark; nil if there is none. */
const whole = `${joined}
local flat = redis.pcall('HGETALL', KEYS[1])
if flat.err or #flat == 0 then return nil end
return joined(flat)
`;

/**
 * Returns the value, or gives a lease on the key. ARGV: string|hash, token, lease in ms, raw text known to be spoilt
 * (or empty). Returns the text of a string, a hash as JSON, or the mark; the caller's own mark if the lease was given.
 */
const lease = `
local own = '~L:' .. ARGV[2]
local function give()
  if ARGV[1] == 'hash' then
    redis.call('HSET', KEYS[1], '~', own)
    redis.call('PEXPIRE', KEYS[1], ARGV[3])
  else
    redis.call('SET', KEYS[1], own, 'PX', ARGV[3])
  end
  return own
end
if redis.call('EXISTS', KEYS[1]) == 0 then return give() end
${common}
${joined}
look(KEYS[1])
if kind == ARGV[1] then
  local m = mark()
  if m and m ~= '~N' then return m end
  if kind == 'hash' then
    if ARGV[4] == '' then return joined(redis.call('HGETALL', key)) end
  else
    local text = redis.call('GET', key)
    if text ~= ARGV[4] then return text end
  end
end
redis.call('DEL', key)
return give()
`;

/**
 * Fills a key whose lease is still valid. ARGV: string|hash, token, ms to live, then the text of a string, or the
 * fields and values of a hash in turn (none for a hash without fields). Returns 1 if filled.
 */
const fill = `
local key, hash = KEYS[1], ARGV[1] == 'hash'
local stands = hash and redis.pcall('HGET', key, '~') or not hash and redis.pcall('GET', key)
if stands ~= '~L:' .. ARGV[2] then return 0 end
if not hash then
  redis.call('SET', key, ARGV[4], 'PX', ARGV[3])
  return 1
end
redis.call('DEL', key)
if #ARGV == 3 then redis.call('HSET', key, '~', '~N') end
for at = 4, #ARGV, 500 do redis.call('HSET', key, unpack(ARGV, at, math.min(at + 499, #ARGV))) end
redis.call('PEXPIRE', key, ARGV[3])
return 1
`;

/**
 * Fills a key with content that was staged under another key. KEYS: the key, the staging key. ARGV: string|hash, token,
 * ms to live. Returns 1 if filled, -1 if renaming is not allowed.
 */
const take = `
local key, hash = KEYS[1], ARGV[1] == 'hash'
local stands = hash and redis.pcall('HGET', key, '~') or not hash and redis.pcall('GET', key)
if stands ~= '~L:' .. ARGV[2] then return 0 end
local moved = redis.pcall('RENAME', KEYS[2], key)
if moved.err then
  for _, why in ipairs({ 'permission', 'run this command', 'nknown' }) do
    if string.find(moved.err, why, 1, true) then return -1 end
  end
  return 0
end
redis.call('PEXPIRE', key, ARGV[3])
return 1
`;

/** Gives a lease back. ARGV: token. */
const release = `${common}
look(KEYS[1])
if mark() == '~L:' .. ARGV[1] then redis.call('DEL', key) end
return 1
`;

/**
 * One field of a hash as text; `null` if the hash does not have it, the mark, or nil if there is no hash. Used if a
 * plain read of the field found neither the field nor a mark. ARGV: field.
 */
const field = `
local both = redis.pcall('HMGET', KEYS[1], '~', ARGV[1])
if both.err then return nil end
if both[1] == '~N' then return 'null' end
if both[1] then return both[1] end
if both[2] then return both[2] end
if redis.call('EXISTS', KEYS[1]) == 1 then return 'null' end
return nil
`;

/**
 * Blocks keys, whatever they hold. ARGV: token, block in ms, then string|hash for each key. Returns 1 for each blocked
 * key. May be repeated safely.
 */
const block = `${common}
${each}
local now = clock()
local own = { ARGV[1], string.format('%.0f', now + ARGV[2]) }
local function block(wanted)
  local m = mark()
  local text
  if m and string.sub(m, 1, 3) == '~B:' then
    local expiry, had, live, dead = blocks(m, now)
    local others = {}
    for _, b in ipairs(live) do if b[1] ~= own[1] then others[#others + 1] = b end end
    if dead or #others > 0 then expiry = 0 end
    others[#others + 1] = own
    text = join(expiry, had, others)
    if kind == 'hash' and expiry == 0 then redis.call('DEL', key) end
  elseif kind == 'hash' and wanted == 'hash' and (not m or m == '~N') then
    local left = redis.call('PTTL', key)
    text = join(left > 0 and now + left or 0, '1', { own })
    if left <= 0 then redis.call('DEL', key) end
  else
    text = join(0, (kind ~= 'none' and not m) and '1' or '0', { own })
    if kind ~= 'string' or wanted ~= 'string' then redis.call('DEL', key) end
    kind = wanted
  end
  if kind == 'hash' then
    redis.call('HSET', key, '~', text)
    redis.call('PEXPIRE', key, ARGV[2])
  else
    redis.call('SET', key, text, 'PX', ARGV[2])
  end
  return 1
end
return each(function(at) return block(ARGV[at + 2]) end)
`;

/**
 * Lifts the blocks of a writer. The last lift of a key deletes the key, or sets single fields of a hash if nobody else
 * has written to it since. If the block is gone, the key is deleted whatever it holds. ARGV: token ('' for the write of
 * another process), then for each key: 1 if its fields may be set, the number of fields to set, the number of fields to
 * remove, the fields to set with their values, the fields to remove. Returns 1 for each key whose value was removed or
 * replaced, else 0.
 */
const lift = `${common}
${each}
local now = clock()
local starts, start = {}, 2
for at = 1, #KEYS do
  starts[at] = start
  start = start + 3 + tonumber(ARGV[start + 1]) * 2 + tonumber(ARGV[start + 2])
end
local function lift(from)
  -- A write, though there is nothing: a replica refuses it, whose master may hold a value.
  if kind == 'none' then return redis.call('DEL', key) end
  local m = mark()
  if not m or string.sub(m, 1, 3) ~= '~B:' then
    redis.call('DEL', key)
    return m and 0 or 1
  end
  local expiry, had, live, dead = blocks(m, now)
  local others, found = {}, false
  for _, b in ipairs(live) do
    if b[1] == ARGV[1] then found = true else others[#others + 1] = b end
  end
  if dead or not found or #others > 0 then expiry = 0 end
  if #others > 0 then
    -- Told once: whoever lifts the rest finds nothing.
    local text = join(expiry, '0', others)
    if kind == 'hash' then
      local left = redis.call('PTTL', key)
      redis.call('DEL', key)
      redis.call('HSET', key, '~', text)
      if left > 0 then redis.call('PEXPIRE', key, left) end
    else
      put(text)
    end
    return tonumber(had)
  end
  if expiry <= now or ARGV[from] ~= '1' then
    redis.call('DEL', key)
    return tonumber(had)
  end
  local last = from + 2 + tonumber(ARGV[from + 1]) * 2
  for at = from + 3, last, 2 do redis.call('HSET', key, ARGV[at], ARGV[at + 1]) end
  for at = last + 1, last + tonumber(ARGV[from + 2]) do redis.call('HDEL', key, ARGV[at]) end
  if redis.call('HLEN', key) > 1 then redis.call('HDEL', key, '~') else redis.call('HSET', key, '~', '~N') end
  redis.call('PEXPIREAT', key, string.format('%.0f', expiry))
  return 1
end
return each(function(at) return lift(starts[at]) end)
`;

/**
 * Replaces a value if it is still the same as when the refresh began. ARGV: old text, new text, ms to live. Returns 1
 * if replaced.
 */
const replace = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1
`;

/** The text of every script, by name. A test may replace some, to prove that it can fail. */
export const scripts = { lease, fill, take, release, field, whole, block, lift, replace } as const;

export type Scripts = Readonly<Record<keyof typeof scripts, string>>;
