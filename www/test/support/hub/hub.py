"""A SignalR hub of aiosignalr. Usage: hub.py PORT KEEP_ALIVE_SECONDS.

Lines on its standard input: `send TARGET JSON-ARGUMENTS` to all clients, `group GROUP TARGET JSON-ARGUMENTS` to a
group; `counts` prints how many connections have shaken hands, how many were negotiated, and the members of each group.
"""

import asyncio
import json
import sys

from aiosignalr.errors import HubException
from aiosignalr.server import Hub, ServerOptions, SignalRServer


class FeedHub(Hub):
    async def join(self, room: str) -> str:
        if room == "vault":
            raise HubException("only for staff")
        await self.groups.add(room)
        return room

    async def leave(self, room: str) -> None:
        await self.groups.remove(room)

    async def count(self, start: int, until: int):
        for v in range(start, until):
            yield {"v": v}
            await asyncio.sleep(0.01)

    async def clock(self, name: str):
        STREAMS.add(name)
        try:
            while True:
                yield {"v": 1}
                await asyncio.sleep(0.05)
        finally:
            STREAMS.discard(name)

    async def broken(self):
        yield {"v": 1}
        raise HubException("the sensor is broken")


STREAMS: set[str] = set()


class CountingServer(SignalRServer):
    negotiated = 0

    async def handle_websocket(self, request, socket) -> None:
        self.negotiated += request.query.get("id") is not None
        await super().handle_websocket(request, socket)


async def main(port: int, keep_alive: float) -> None:
    server = CountingServer(FeedHub, options=ServerOptions(keep_alive_interval=keep_alive, enable_detailed_errors=True))
    await server.serve("127.0.0.1", port, path="/hub")
    lines = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    while line := (await lines.readline()).decode():
        command, *rest = line.strip().split(" ", 3)
        if command == "send":
            target, arguments = line.strip().split(" ", 2)[1:]
            await server.lifetime.send_all(target, tuple(json.loads(arguments)))
        elif command == "group":
            group, target, arguments = rest
            await server.lifetime.send_group(group, target, tuple(json.loads(arguments)))
        elif command == "counts":
            groups = {name: len(members) for name, members in server.lifetime._groups.items() if members}
            counts = {
                # What is sent to others is lost: their handshake is not over.
                "connections": sum(each.protocol is not None for each in server.lifetime.connections.values()),
                "negotiated": server.negotiated,
                "groups": groups,
                "streams": sorted(STREAMS),
            }
            print("counts " + json.dumps(counts), flush=True)


asyncio.run(main(int(sys.argv[1]), float(sys.argv[2])))
