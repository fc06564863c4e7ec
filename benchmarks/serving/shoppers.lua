-- For wrk: every request is the next shopper's. Arguments: file of visitor tokens, how many to pass over, mean pause
-- of a connection between two requests in milliseconds (drawn from an exponential distribution; 0: none).
local tokens, at, head = {}, 0, nil

function init(arguments)
  for line in io.lines(arguments[1]) do tokens[#tokens + 1] = line end
  at = tonumber(arguments[2])
  local pause = tonumber(arguments[3])
  if pause > 0 then
    function delay() return math.floor(-math.log(1 - math.random()) * pause + 0.5) end
  end
end

function request()
  at = at % #tokens + 1
  head = head or "GET " .. wrk.path .. " HTTP/1.1\r\nHost: " .. wrk.headers["Host"] .. "\r\nX-Visitor-Token: "
  return head .. tokens[at] .. "\r\n\r\n"
end

function done(summary, latency, requests)
  local errors = summary.errors
  local refused = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format('\n{"seconds": %f, "requests": %d, "bytes": %d, "errors": %d, "p50_ms": %f, "p99_ms": %f}\n',
    summary.duration / 1e6, summary.requests, summary.bytes, refused,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
