"""Values of the page that reach a request through states, spreads, copies and forms."""

import pytest

from wirelaw.repository import Repository
from wirelaw.values import differ
from wirelaw_tests.looking import seen, write

SERVICE = """
    from typing import Annotated
    from fastapi import FastAPI
    from pydantic import BaseModel, Field
    from api.kinds import MOST_CHARACTERS, Voice

    app = FastAPI()

    class Pause(BaseModel):
        seconds: float = Field(0.5, le=5)

    class SpeechRequest(BaseModel):
        pause: Pause | None = None
        voice: Voice = Voice.CALM
        speed: float = Field(1.0, ge=0.5, le=2)
        repeat: int = Field(2, gt=0, lt=10)
        text: str = Field("", max_length=MOST_CHARACTERS)
        is_loud: bool = True
        effects: list[Annotated[str, Field(max_length=4)]] = ["echo", "hall"]

    class DraftRequest(BaseModel):
        speed: float = 1.5

    @app.post("/speech")
    def speak(request: SpeechRequest) -> None: ...

    class Storage(BaseModel):
        keep_days: int = Field(30, le=90)
        keep_drafts: bool = True

    @app.put("/storage")
    def store(storage: Storage) -> None: ...

    @app.post("/speech/draft")
    def draft(request: DraftRequest) -> None: ...
"""
KINDS = """
    from enum import Enum

    MOST_CHARACTERS = 400

    class Voice(str, Enum):
        CALM = "calm"
        LIVELY = "lively"
"""
CLIENT = """
    export interface Speech { voice?: string; speed?: number; repeat?: number; text?: string; isLoud?: boolean; effects?: string[]; pause?: Pause }
    export interface Pause { seconds?: number }
    export interface Draft { speed?: number }
    const post = (path: string, body: unknown) => fetch(path, { method: "POST", body: JSON.stringify(body) });
    export const speak = (speech: Speech) => post("/speech", speech);
    export const draft = (draft: Draft) => post("/speech/draft", draft);
    export const SHOWN = { voice: "lively", isLoud: false, speed: 9 };
    export const MOST = 20;
"""
SPREAD = """
    import { speak, type Speech } from "./client";
    const DEFAULTS = { voice: "lively", speed: 1 };
    const initialText = { isLoud: false, effects: ["hall", "echo"] };
    const emptySpeech = (): Speech => ({ voice: "calm", repeat: 3 });
    export const quick = (changes) => speak({ ...DEFAULTS, ...changes, text: "Hi" });
    export const assigned = (loud) => speak({ ...initialText, ...emptySpeech(), isLoud: loud || false });
    export const often = (text) => speak({ text, repeat: 12, speed: 2 });
"""
HOOKS = """
    import { useReducer, useState } from "react";
    import { draft, speak, MOST } from "./client";
    export function Both({ old }) {
      const [voice, setVoice] = useState(old?.voice ?? "lively");
      const [speed, setSpeed] = useState(() => 1.5);
      const [state, dispatch] = useReducer(reduce, { repeat: 5, text: "" });
      const [pitch, setPitch] = useState("3");
      const [shown, setShown] = useState(8);
      const save = () => speak({
        voice,
        repeat: Number(state.repeat),
        speed: parseFloat(pitch),
      });
      const keep = () => draft({ speed });
      return <>
        <input type="range" min="0.5" max={3} value={speed} onChange={(event) => setSpeed(event.target.valueAsNumber)} />
        <input type="range" min="0" max={99} value={shown} />
      </>;
    }
    export function Keep({ store, other }) {
      const [days, setDays] = useState("60");
      const save = () => store.mutate({ keep_days: Number(days), keep_drafts: true });
      const part = () => other.mutate({ keep_drafts: days ?? false });
      return <input max={120} value={days} />;
    }
    export function Loud() {
      const [speed, setSpeed] = useState(1);
      const [isFast, setIsFast] = useState(false);
      const chosen = isFast ? Math.round(speed) : null;
      const save = () => speak({ speed: chosen });
      return <>
        <Slider min={0.5} max={MOST} value={[speed]} onValueChange={([one]) => setSpeed(one)} />
        <Slider max={200} value={[speed * 100]} onValueChange={([one]) => setSpeed(one / 100)} />
        <Progress max={200} value={speed} />
      </>;
    }
"""
FORMS = """
    import { useState } from "react";
    import { useForm } from "react-hook-form";
    import { z } from "zod";
    import { type Speech } from "./client";
    export const speechRequest = z.object({
      repeat: z.coerce.number().max(12),
      speed: z.number().max(50).transform((percent) => percent / 100),
    });
    export function Registered() {
      const { register } = useForm<Speech>({ defaultValues: { voice: "calm", isLoud: false } });
      return <input {...register("repeat", { min: 1, max: { value: 50, message: "too many" } })} />;
    }
    export function Typed() {
      const [speech, setSpeech] = useState<Speech>({
        speed: 2,
        repeat: 2,
        pause: { seconds: 3 },
      });
      return <>
        <textarea maxLength={500} value={speech.text} />
        <input max={9} value={speech.pause.seconds} />
      </>;
    }
"""


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """All files at once; Node starts once."""
    files = {
        "api/__init__.py": "",
        "api/main.py": SERVICE,
        "api/kinds.py": KINDS,
        "web/package.json": "{}",
        "web/client.ts": CLIENT,
        "web/spread.ts": SPREAD,
        "web/hooks.tsx": HOOKS,
        "web/forms.tsx": FORMS,
    }
    return write(tmp_path_factory.mktemp("requests"), files)


VOICE = ("api/main.py:13", 'SpeechRequest.voice defaults to "calm"')
SPEED = ("api/main.py:14", "SpeechRequest.speed defaults to 1.0")
REPEAT = ("api/main.py:15", "SpeechRequest.repeat defaults to 2")
LOUD = ("api/main.py:17", "SpeechRequest.is_loud defaults to true")


def test_defaults_are_followed_to_the_request(repository: Repository) -> None:
    assert seen(repository, differ.DEFAULTS) == {
        "web/spread.ts:2": ('DEFAULTS.voice starts as "lively"', *VOICE),
        "web/spread.ts:3": ("initialText.isLoud starts as false", *LOUD),
        "web/spread.ts:4": ("emptySpeech.repeat starts as 3", *REPEAT),
        "web/hooks.tsx:10": ('speak.voice starts as "lively"', *VOICE),
        "web/hooks.tsx:11": ("speak.repeat starts as 5", *REPEAT),
        "web/hooks.tsx:12": ("speak.speed starts as 3", *SPEED),
        "web/hooks.tsx:22": (
            "mutate.keep_days starts as 60",
            "api/main.py:27",
            "Storage.keep_days defaults to 30",
        ),
        "web/forms.tsx:10": ("defaultValues.isLoud starts as false", *LOUD),
        "web/forms.tsx:15": ("speech.speed starts as 2", *SPEED),
        "web/forms.tsx:17": (
            "speech.pause.seconds starts as 3",
            "api/main.py:9",
            "Pause.seconds defaults to 0.5",
        ),
    }


def test_bounds_are_followed_to_the_request(repository: Repository) -> None:
    repeat = ("api/main.py:15", "SpeechRequest.repeat has lt 10")
    assert seen(repository, differ.BOUNDS) == {
        "web/spread.ts:7": ("speak.repeat is 12", *repeat),
        "web/hooks.tsx:12": ("speak.speed is 3", "api/main.py:14", "SpeechRequest.speed has le 2"),
        "web/hooks.tsx:32": (
            "speed has max 20",
            "api/main.py:14",
            "SpeechRequest.speed has le 2",
        ),
        "web/hooks.tsx:24": (
            "days has max 120",
            "api/main.py:27",
            "Storage.keep_days has le 90",
        ),
        "web/forms.tsx:6": ("speechRequest.repeat has max 12", *repeat),
        "web/forms.tsx:11": ("Speech.repeat has max 50", *repeat),
        "web/forms.tsx:20": (
            "Speech.text has maxLength 500",
            "api/main.py:16",
            "SpeechRequest.text has max_length 400",
        ),
        "web/forms.tsx:21": ("Pause.seconds has max 9", "api/main.py:9", "Pause.seconds has le 5"),
    }
    assert repository.unseen == []
