"""An LwM2M device on aiocoap: objects 3 and 5 in plain text, updated by push or by pull.

Usage: device.py SERVER-URI ENDPOINT VERSION [AUTHORITY CERTIFICATE PRIVATE-KEY] (PEM files, for coaps+tcp). Tells
{"event": "registered"} and {"event": "package", "method", "sha256"}, and ends with its standard input. It serves the
server's requests on the socket or connection that it registered over.
"""

import asyncio
import hashlib
import json
import ssl
import struct
import sys

import aiocoap
from aiocoap import resource

IDLE, DOWNLOADING, DOWNLOADED, UPDATING = range(4)
MCUBOOT_MAGIC = 0x96F3B83D
LINKS = b"</>;rt=\"oma.lwm2m\",</3/0>,</5>;ver=1.1,</5/0>"


def tell(event, **members):
    print(json.dumps({"event": event, **members}), flush=True)


def version_of(image):
    """The version in an MCUboot header, or None where there is none."""
    if len(image) < 32 or struct.unpack_from("<I", image)[0] != MCUBOOT_MAGIC:
        return None
    major, minor, revision, build = struct.unpack_from("<BBHI", image, 20)
    return f"{major}.{minor}.{revision}" + (f"+{build}" if build else "")


class Value(resource.ObservableResource):
    """A resource that is read and observed, as text."""

    def __init__(self, value):
        super().__init__()
        self.value = value

    def set(self, value):
        if value != self.value:
            self.value = value
            self.updated_state()

    async def render_get(self, request):
        return aiocoap.Message(payload=str(self.value).encode(), content_format=0)


class Taken(resource.Resource):
    """A resource that is written or executed: what comes goes to a function, which answers with a code."""

    def __init__(self, take):
        super().__init__()
        self.take = take

    async def render_put(self, request):
        return aiocoap.Message(code=self.take(request.payload))

    render_post = render_put


class Device:
    def __init__(self, context, server, endpoint, version):
        self.context, self.server, self.endpoint = context, server, endpoint
        self.version, self.state, self.result = Value(version), Value(IDLE), Value(0)
        self.image = b""
        self.tasks = set()

    def site(self):
        site = resource.Site()
        for path, served in {
            "3/0/3": self.version,
            "5/0/0": Taken(self.pushed),
            "5/0/1": Taken(self.told_uri),
            "5/0/2": Taken(self.executed),
            "5/0/3": self.state,
            "5/0/5": self.result,
            "5/0/9": Value(2),
        }.items():
            site.add_resource(path.split("/"), served)
        return site

    def begin(self, work):
        task = asyncio.get_running_loop().create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def register(self):
        binding = "T" if "+tcp:" in self.server else "U"
        query = f"ep={self.endpoint}&lt=300&lwm2m=1.1&b={binding}"
        request = aiocoap.Message(code=aiocoap.POST, uri=f"{self.server}/rd?{query}", payload=LINKS)
        request.opt.content_format = 40
        response = await self.context.request(request).response
        tell("registered" if response.code.is_successful() else "refused", code=str(response.code))

    def reset(self):
        self.image = b""
        self.state.set(IDLE)
        self.result.set(0)
        return aiocoap.CHANGED

    def received(self, image, method):
        tell("package", method=method, size=len(image), sha256=hashlib.sha256(image).hexdigest())
        if version_of(image) is None:
            self.state.set(IDLE)
            self.result.set(6)
        else:
            self.image = image
            self.state.set(DOWNLOADED)

    def pushed(self, body):
        if len(body) <= 1:
            return self.reset()
        if self.state.value != IDLE:
            return aiocoap.BAD_REQUEST
        self.result.set(0)
        self.received(body, "push")
        return aiocoap.CHANGED

    def told_uri(self, body):
        if not body:
            return self.reset()
        if self.state.value != IDLE:
            return aiocoap.BAD_REQUEST
        self.result.set(0)
        self.state.set(DOWNLOADING)
        self.begin(self.pull(body.decode()))
        return aiocoap.CHANGED

    async def pull(self, uri):
        response = await self.context.request(aiocoap.Message(code=aiocoap.GET, uri=uri)).response
        if response.code.is_successful():
            self.received(response.payload, "pull")
        else:
            self.state.set(IDLE)
            self.result.set(7)

    def executed(self, _arguments):
        if self.state.value != DOWNLOADED:
            return aiocoap.METHOD_NOT_ALLOWED
        self.state.set(UPDATING)
        self.begin(self.update())
        return aiocoap.CHANGED

    async def update(self):
        await asyncio.sleep(0.3)
        self.version.set(version_of(self.image))
        self.state.set(IDLE)
        self.result.set(1)
        await self.register()


async def main():
    server, endpoint, version, *pem = sys.argv[1:]
    context = await aiocoap.Context.create_client_context()
    if pem:
        authority, certificate, key = pem
        trust = ssl.create_default_context(cafile=authority)
        trust.load_cert_chain(certificate, key)
        # Its own credentials know no certificate of a client's.
        context.client_credentials.ssl_client_context = lambda scheme, host: trust
    device = Device(context, server, endpoint, version)
    context.serversite = device.site()
    await device.register()
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    await context.shutdown()


asyncio.run(main())
