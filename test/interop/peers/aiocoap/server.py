"""A CoAP server on aiocoap: a blob to GET, a place to PUT, a counter to observe, an answer that comes separately.

Usage: server.py HOST PORT BLOB. Prints {"event": "ready"} and ends with its standard input.
"""

import asyncio
import hashlib
import json
import sys

import aiocoap
from aiocoap import resource


def tell(event, **members):
    print(json.dumps({"event": event, **members}), flush=True)


class Blob(resource.Resource):
    """/blob: a file by Block2, with an ETag."""

    def __init__(self, body):
        super().__init__()
        self.body = body

    async def render_get(self, request):
        message = aiocoap.Message(payload=self.body, content_format=42)
        message.opt.etag = hashlib.sha256(self.body).digest()[:8]
        return message


class Store(resource.Resource):
    """/store: keeps what is PUT and answers its SHA-256; GET gives it back."""

    def __init__(self):
        super().__init__()
        self.body = b""

    async def render_put(self, request):
        self.body = request.payload
        digest = hashlib.sha256(self.body).hexdigest()
        tell("stored", size=len(self.body), sha256=digest)
        return aiocoap.Message(code=aiocoap.CHANGED, payload=digest.encode())

    async def render_get(self, request):
        return aiocoap.Message(payload=self.body, content_format=42)


class Counter(resource.ObservableResource):
    """/counter: observable, goes up each 100 ms while someone observes it."""

    def __init__(self):
        super().__init__()
        self.value = 0
        self.ticking = None

    async def tick(self):
        while True:
            await asyncio.sleep(0.1)
            self.value += 1
            self.updated_state()

    def update_observation_count(self, newcount):
        tell("observers", count=newcount)
        if newcount and self.ticking is None:
            self.ticking = asyncio.get_running_loop().create_task(self.tick())
        elif not newcount and self.ticking is not None:
            self.ticking.cancel()
            self.ticking = None

    async def render_get(self, request):
        return aiocoap.Message(payload=str(self.value).encode(), content_format=0)


class Separate(resource.Resource):
    """/separate: acknowledged at once, answered after a while."""

    async def render_get(self, request):
        await asyncio.sleep(0.7)
        return aiocoap.Message(payload=b"separate", content_format=0)


async def main():
    host, port, blob = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    with open(blob, "rb") as file:
        body = file.read()
    site = resource.Site()
    site.add_resource(["blob"], Blob(body))
    site.add_resource(["store"], Store())
    site.add_resource(["counter"], Counter())
    site.add_resource(["separate"], Separate())
    context = await aiocoap.Context.create_server_context(site, bind=(host, port))
    tell("ready", port=port)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    await context.shutdown()


asyncio.run(main())
