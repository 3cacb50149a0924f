"""The shape of the old stack, asynchronous: a WebSocket route of Starlette, INSERT and commit through asyncpg, then fan-out in the process.

Whoever comes back says the last id it has and gets the rest. The database is named by the variables of libpq; uvicorn runs it with its defaults.
"""

import contextlib
import json
from collections import defaultdict

import asyncpg
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocketDisconnect

TABLE = """
create table messages (
    id bigserial primary key, room text not null, client_id uuid unique not null, content text not null,
    created_at timestamptz not null default now());
create index messages_room on messages (room, id);
"""
INSERT = """
insert into messages (room, client_id, content) values ($1, $2, $3)
on conflict (client_id) do nothing returning id
"""
KNOWN = "select id from messages where client_id = $1"
MISSED = "select id, client_id::text, content from messages where room = $1 and id > $2 order by id"

rooms = defaultdict(set)


def dumps(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@contextlib.asynccontextmanager
async def lifespan(app):
    async with asyncpg.create_pool(min_size=10, max_size=10) as pool:
        await pool.execute(TABLE)
        app.state.pool = pool
        yield


async def publish(pool, socket, room, frame):
    number = await pool.fetchval(INSERT, room, frame["client"], frame["text"])
    if number is None:
        number = await pool.fetchval(KNOWN, frame["client"])
    else:
        event = {"seq": number, "client": frame["client"], "text": frame["text"]}
        text = dumps({"t": "events", "events": [event]})
        for member in list(rooms[room]):
            # Who has just gone is taken out by its own loop.
            with contextlib.suppress(WebSocketDisconnect, RuntimeError):
                await member.send_text(text)
    await socket.send_text(dumps({"t": "ack", "request": frame["request"], "seq": number}))


async def chat(socket):
    pool = socket.app.state.pool
    await socket.accept()
    hello = await socket.receive_json()
    room = hello["room"]
    rooms[room].add(socket)
    try:
        # 0: a device without history, which wants what is said from now on.
        if hello["after"] > 0:
            missed = await pool.fetch(MISSED, room, hello["after"])
            events = [{"seq": row["id"], "client": row["client_id"], "text": row["content"]} for row in missed]
            await socket.send_text(dumps({"t": "events", "events": events}))
        await socket.send_text(dumps({"t": "ready"}))
        while True:
            frame = json.loads(await socket.receive_text())
            if frame["t"] == "publish":
                await publish(pool, socket, room, frame)
    except WebSocketDisconnect:
        pass
    finally:
        rooms[room].discard(socket)


app = Starlette(routes=[WebSocketRoute("/ws", chat)], lifespan=lifespan)
