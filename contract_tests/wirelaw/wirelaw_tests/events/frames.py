"""Ways in which services write frames as text; each sends `started` and `done`, the latter with an `id`."""

FRAMES = {
    "a literal": """
        async def frames(job_id):
            yield "event: started\\ndata: {}\\n\\n"
            yield f"event: done\\ndata: {json.dumps({'id': job_id})}\\n\\n"
    """,
    "a function that formats": """
        def frame(event, data):
            payload = json.dumps(data)
            return f"event: {event}\\ndata: {payload}\\n\\n".encode()

        async def frames(job_id):
            yield frame("started", {})
            yield frame(event="done", data={"id": job_id})
    """,
    "pieces that are added": """
        async def frames(job_id):
            for name in ("started", "done"):
                yield "event: " + name + "\\n" + "data: " + json.dumps({"id": job_id}) + "\\n\\n"
    """,
    "lines that are joined": """
        def frame(name, data):
            lines = [f"event: {name}"]
            lines.append(f"data: {json.dumps(data)}")
            lines.extend(["", ""])
            return "\\n".join(lines)

        async def frames(job_id):
            yield frame("started", {"id": job_id})
            yield frame("done", {"id": job_id})
    """,
    "format and percent": """
        async def frames(job_id):
            yield "event: {}\\ndata: {}\\n\\n".format("started", json.dumps({"id": job_id}))
            yield "event: %s\\ndata: %s\\n\\n" % ("done", json.dumps({"id": job_id}))
    """,
    "a choice": """
        async def frames(job_id):
            name = "started" if job_id else "done"
            yield f"event: {name}\\ndata: {json.dumps({'id': job_id})}\\n\\n"
    """,
    "a queue that another method fills": """
        class Runner:
            def __init__(self):
                self.queue = asyncio.Queue()

            async def emit(self, name, data):
                await self.queue.put({"event": name, "data": data})

            async def run(self):
                await self.emit("started", {"id": 1})
                await self.emit("done", {"id": 1})

            async def read(self):
                while True:
                    event = await asyncio.wait_for(self.queue.get(), timeout=3)
                    yield f"event: {event['event']}\\ndata: {json.dumps(event['data'])}\\n\\n"

        async def frames(job_id):
            runner = Runner()
            async for frame in runner.read():
                yield frame
    """,
    "queues of subscribers, from another thread": """
        class Bus:
            def __init__(self, loop):
                self.loop = loop
                self.subscribers = {}

            def publish(self, event):
                for queue in self.subscribers.get(event["id"], []):
                    self.loop.call_soon_threadsafe(self.safe_put, queue, event)

            @staticmethod
            def safe_put(queue, event):
                queue.put_nowait(event)

            async def subscribe(self, key):
                queue = asyncio.Queue()
                self.subscribers.setdefault(key, []).append(queue)
                while True:
                    yield await queue.get()

        def work(bus: Bus, job_id):
            bus.publish({"name": "started", "id": job_id})
            bus.publish({"name": "done", "id": job_id})

        async def frames(job_id, bus: Bus = None):
            async for event in bus.subscribe(job_id):
                yield f"event: {event['name']}\\ndata: {json.dumps(event)}\\n\\n"
    """,
    "an object that formats itself": """
        from dataclasses import dataclass, field

        @dataclass
        class Frame:
            name: str
            data: dict = field(default_factory=dict)

            def encode(self):
                return f"event: {self.name}\\ndata: {json.dumps(self.data)}\\n\\n"

        def create(name, data=None):
            return Frame(name, data or {})

        async def frames(job_id):
            for one in [create("started"), create("done", {"id": job_id})]:
                yield one.encode()
    """,
    "a callback that is passed to a worker": """
        class Worker:
            def __init__(self, on_event=None):
                self._on_event = on_event

            def run(self):
                self._tell("started", {"id": 1})
                self._tell("done", {"id": 1})

            def _tell(self, name, data):
                if self._on_event:
                    self._on_event(name, data)

        async def frames(job_id):
            queue = asyncio.Queue()

            def forward(name, data):
                queue.put_nowait((f"event: {name}\\ndata: {json.dumps(data)}\\n\\n"))

            Worker(on_event=forward).run()
            while True:
                yield await queue.get()
    """,
    "an enumeration": """
        from enum import Enum

        class Name(str, Enum):
            STARTED = "started"
            DONE = "done"

        DONE = Name.DONE

        async def frames(job_id):
            yield f"event: {Name.STARTED.value}\\ndata: {json.dumps({'id': job_id})}\\n\\n"
            yield f"event: {DONE.value}\\ndata: {json.dumps({'id': job_id})}\\n\\n"
    """,
    "a helper that collects the fields": """
        class Frames:
            def frame(self, name, **fields):
                payload = {"at": now(), **fields}
                return f"event: {name}\\ndata: {json.dumps(payload)}\\n\\n"

        async def frames(job_id):
            frames = Frames()
            yield frames.frame("started")
            yield frames.frame("done", id=job_id)
    """,
    "a helper that is passed a dictionary": """
        def frame(event, data, retry=None):
            return f"event: {event}\\ndata: {json.dumps(data)}\\n\\n"

        async def frames(job_id):
            for one in [{"event": "started", "data": {}}, {"event": "done", "data": {"id": job_id}}]:
                yield frame(**one)
    """,
    "a lambda": """
        frame = lambda name, data: f"event: {name}\\ndata: {json.dumps(data)}\\n\\n"

        async def frames(job_id):
            done = lambda **fields: frame("done", fields)
            yield frame("started", {})
            yield done(id=job_id)
    """,
    "names and data side by side": """
        async def steps(job_id):
            yield "started", {}
            yield "done", {"id": job_id}

        async def frames(job_id):
            queue = asyncio.Queue()
            async for name, data in steps(job_id):
                queue.put_nowait((name, data))
            while True:
                name, data = await queue.get()
                yield f"event: {name}\\ndata: {json.dumps(data)}\\n\\n"
    """,
    "a variable that is used again": """
        async def wait(job_id):
            yield {"name": "meta", "at": 1}

        async def frames(job_id):
            event = {"name": "queued"}
            log(event)
            async for event in wait(job_id):
                if event["name"] == "meta":
                    continue
            if not job_id:
                event = {"name": "failed"}
                log(event)
                return
            event = {"name": "started"}
            yield f"event: {event['name']}\\ndata: {json.dumps(event)}\\n\\n"
            for event in ({"name": "done", "id": job_id},):
                yield f"event: {event['name']}\\ndata: {json.dumps(event)}\\n\\n"
    """,
    "the object of one request, of a class that others use as well": """
        class Fanout:
            def __init__(self):
                self._queue = asyncio.Queue()

            async def emit(self, name, **fields):
                await self._queue.put({"name": name, **fields})

            async def stream(self):
                while True:
                    yield await self._queue.get()

        async def elsewhere():
            fanout = Fanout()
            await fanout.emit("indexed")
            async for one in fanout.stream():
                log(one)

        async def frames(job_id):
            fanout = Fanout()

            async def work():
                await fanout.emit("started")
                await fanout.emit("done", id=job_id)

            asyncio.create_task(work())
            async for one in fanout.stream():
                yield f"event: {one['name']}\\ndata: {json.dumps(one)}\\n\\n"
    """,
    "words that stay in the service": """
        FORWARDED = ("started", "done", "closed")
        CLOSED = "closed"

        def work(queue, job_id):
            for name in ("started", "thinking", "closed", "stopped"):
                queue.put({"name": name})
            queue.put({"name": "done", "id": job_id})

        async def frames(job_id):
            queue = asyncio.Queue()
            work(queue, job_id)
            while True:
                event = await queue.get()
                if not event or event["name"] == CLOSED:
                    break
                if event["name"] in FORWARDED:
                    yield f"event: {event['name']}\\ndata: {json.dumps(event)}\\n\\n"
    """,
    "an object that grows in a loop": """
        async def frames(job_id):
            seen = {}
            while True:
                seen = {**seen, "id": job_id}
                yield f"event: started\\ndata: {json.dumps(seen)}\\n\\n"
                seen = {**seen, "more": 1}
                yield f"event: done\\ndata: {json.dumps({**seen, 'id': 1})}\\n\\n"
    """,
}
