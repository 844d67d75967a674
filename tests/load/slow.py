"""Callers that send slowly or nothing: slowloris. One process with one thread for any number of them."""
import asyncio
import time

TICK_SECONDS = 0.5
KINDS = ("header byte by byte", "body byte by byte", "nothing at all", "asks once, then idle")
AT_ONCE_SECONDS = 5  # closed within it: there was no room. A slow one is given 10 s at least


class Slow:
    """`count` connections at once; each that is closed is opened again."""

    def __init__(self, port, count):
        self.port = port
        self.count = count
        self.open = 0
        self.most_open = 0
        self.no_room = 0
        self.dropped = {kind: [] for kind in KINDS}  # seconds that each connection lasted

    async def one(self, kind, over):
        while not over.is_set():
            begun = time.monotonic()
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            except OSError:
                await asyncio.sleep(TICK_SECONDS)
                continue
            self.open += 1
            self.most_open = max(self.most_open, self.open)
            closed = await self.hold(kind, reader, writer, over)
            self.open -= 1
            writer.close()
            lasted = time.monotonic() - begun
            if closed and lasted < AT_ONCE_SECONDS:
                self.no_room += 1
                await asyncio.sleep(TICK_SECONDS)
            elif closed:
                self.dropped[kind].append(lasted)

    async def hold(self, kind, reader, writer, over):
        """Until the server closes it, which is True, or all is over."""
        head = b"POST /v1/statements HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
        drip = iter(head * 1000) if kind == KINDS[0] else iter(b" " * 1_000_000)
        try:
            if kind == KINDS[1]:
                writer.write(head + b"Content-Length: 1000000\r\n\r\n{")
            elif kind == KINDS[3]:
                writer.write(b"GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n")
            while not over.is_set():
                if kind in KINDS[:2]:
                    writer.write(bytes([next(drip)]))
                try:
                    if not await asyncio.wait_for(reader.read(4096), TICK_SECONDS):
                        return True
                except asyncio.TimeoutError:
                    pass
        except OSError:
            return True
        return False

    async def all(self, over):
        await asyncio.gather(*(self.one(KINDS[n % len(KINDS)], over) for n in range(self.count)))


def hold_open(port, count, over, results):
    """The process: keeps `count` slow connections until `over`."""
    slow = Slow(port, count)
    asyncio.run(slow.all(over))
    results.put({"who": "slow", "failed": None, "most_open": slow.most_open, "no_room": slow.no_room,
                 "dropped": slow.dropped, "latencies": {}})
