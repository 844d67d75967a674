-- Prints what wrk measured as one line of JSON; and asks for weighted paths where a file of them is given.
--
--   wrk … -s told.lua URL -- [FILE [PAUSE_MS]]     FILE: a line "WEIGHT PATH" each; PAUSE_MS: mean pause of a connection

local requests = {}
local pause = 0

function init(arguments)
  math.randomseed(os.time() + tonumber(tostring({}):sub(8)) % 65536)
  if arguments[1] then
    for line in io.lines(arguments[1]) do
      local weight, path = line:match("^(%d+) (%S+)$")
      local text = wrk.format("GET", path)
      for _ = 1, tonumber(weight) do requests[#requests + 1] = text end
    end
  else
    requests[1] = wrk.format()
  end
  pause = tonumber(arguments[2] or 0)
  if pause > 0 then
    function delay() return math.random(0, 2 * pause) end
  end
end

function request()
  return requests[math.random(#requests)]
end

function done(summary, latency, _)
  local errors = summary.errors
  io.write(string.format(
    '{"requests":%d,"seconds":%.3f,"p50_ms":%.3f,"p99_ms":%.3f,"max_ms":%.3f,"connect":%d,"read":%d,"write":%d,' ..
    '"status":%d,"timeout":%d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    latency.max / 1e3, errors.connect, errors.read, errors.write, errors.status, errors.timeout))
end
