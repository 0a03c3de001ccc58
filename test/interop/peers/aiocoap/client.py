"""A CoAP client on aiocoap. Each answer is one JSON line: {"event": "answer", "code", "size", "sha256", "text"}.

Usage: client.py get URI | put URI FILE | delete URI | observe URI COUNT
"""

import asyncio
import hashlib
import json
import sys
import time

import aiocoap


def tell(event, response, started):
    body = response.payload
    text = body.decode(errors="replace") if len(body) <= 256 else None
    code = response.code
    members = {
        "event": event,
        "code": f"{code.class_}.{code & 31:02}",
        "size": len(body),
        "sha256": hashlib.sha256(body).hexdigest(),
        "text": text,
        "observe": response.opt.observe,
        "ms": (time.monotonic() - started) * 1000,
    }
    print(json.dumps(members), flush=True)


async def main():
    method, uri = sys.argv[1], sys.argv[2]
    context = await aiocoap.Context.create_client_context()
    started = time.monotonic()
    if method == "observe":
        request = context.request(aiocoap.Message(code=aiocoap.GET, uri=uri, observe=0))
        tell("answer", await request.response, started)
        left = int(sys.argv[3])
        async for notification in request.observation:
            tell("notification", notification, started)
            left -= 1
            if left == 0:
                break
        request.observation.cancel()
        # The cancellation is a message of its own, which needs a moment to leave.
        await asyncio.sleep(0.2)
    else:
        body = b""
        if method == "put":
            with open(sys.argv[3], "rb") as file:
                body = file.read()
        code = {"get": aiocoap.GET, "put": aiocoap.PUT, "delete": aiocoap.DELETE}[method]
        message = aiocoap.Message(code=code, uri=uri, payload=body)
        if method == "put":
            message.opt.content_format = 42
        tell("answer", await context.request(message).response, started)
    await context.shutdown()


asyncio.run(main())
