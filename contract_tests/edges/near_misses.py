"""Near misses: values that look like an allowed host, origin, token or path, and must not be taken for it.

They are derived from the allowed value alone, so that another allowed value has its near misses by itself.
"""

import base64
from collections.abc import Iterator
from itertools import product
from urllib.parse import quote

EVIL = "evil.example"
SPACES = (" ", "\t", "\n", "\r\n", "\x00", "\xa0")
Header = tuple[bytes, bytes]
#: header values by what is wrong with them; more than one is sent as a repeated header
Misses = dict[str, tuple[str, ...]]


def _each(values: dict[str, str]) -> Misses:
    return {what: (value,) for what, value in values.items()}


def hosts(name: str) -> Misses:
    """Return values of Host that are near an allowed name, which may be in brackets."""
    bare = name.strip("[]")
    changed = bare[:-1] + chr(ord(bare[-1]) + 1)
    single = {
        "a prefix": f"not{name}",
        "a prefix with a dash": f"not-{name}",
        "a suffix": f"{name}x",
        "its subdomain": f"sub.{name}",
        "it as a subdomain": f"{name}.{EVIL}",
        "a trailing dot": f"{name}.",
        "a leading dot": f".{name}",
        "its first character missing": name[1:],
        "its last character missing": name[:-1],
        "its last character changed": name.replace(bare, changed),
        "userinfo before it": f"user@{name}",
        "userinfo with a password": f"user:1@{name}",
        "it as userinfo": f"{name}@{EVIL}",
        "it as a user with a port": f"{name}:80@{EVIL}",
        "a path": f"{EVIL}/{name}",
        "a fragment": f"{EVIL}#{name}",
        "a scheme": f"http://{name}",
        "a port that is none": f"{name}:x",
        "two ports": f"{name}:80:80",
        "a port of six digits": f"{name}:800000",
        "a list": f"{name},{EVIL}",
        "two words": f"{EVIL} {name}",
        "other brackets": bare if bare != name else f"[{name}]",
        "nothing": "",
    }
    single |= {f"{space!r} after it": f"{name}{space}" for space in SPACES}
    repeated = {"it twice": (name, name), "another one after it": (name, EVIL)}
    return {**_each(single), **repeated, "no header": ()}


def origins(scheme: str, host: str) -> Misses:
    """Return values of Origin that are near the own one, which is of this scheme and Host."""
    name, colon, port = host.partition(":")
    own = f"{scheme}://{host}"
    single = {what: f"{scheme}://{value[0]}" for what, value in hosts(name).items() if len(value)}
    # the same name with a port, which is another origin
    single |= {f"{what}, with the port": f"{value}{colon}{port}" for what, value in single.items()}
    for what in ("a list", "it twice", "another one after it", "it twice, with the port"):
        single.pop(what)
    single.pop("another one after it, with the port")
    single |= {
        "no port" if colon else "a port": f"{scheme}://{name}" if colon else f"{own}:8001",
        "another port": f"{scheme}://{name}:1{port or '80'}",
        "another scheme": f"ftp://{host}",
        "its scheme with one character more": f"{scheme}x://{host}",
        "no scheme": host,
        "a scheme of nothing": f"//{host}",
        "one slash": f"{scheme}:/{host}",
        "a slash after it": f"{own}/",
        "a path after it": f"{own}/x",
        "a query after it": f"{own}?x",
        "null": "null",
        "a file": "file://",
        "nothing": "",
        "two in one": f"{own} http://{EVIL}",
        "two in one, the other way": f"http://{EVIL} {own}",
        "a list": f"{own}, http://{EVIL}",
    }
    repeated = {"another one after it": (own, f"http://{EVIL}")}
    repeated["another one before it"] = (f"http://{EVIL}", own)
    return {**_each(single), **repeated}


def sites() -> Misses:
    """Return values of Sec-Fetch-Site that are not of the own page or of no page."""
    own = ("same-origin", "none")
    values = ["cross-site", "same-site", "", "null", "*"]
    values += [change for word in own for change in (word[:-1], f"{word}x", word.upper())]
    values += [f"{word}, cross-site" for word in own]
    repeated = {f"{word} and cross-site": (word, "cross-site") for word in own}
    return {**_each({repr(value): value for value in values}), **repeated}


def tokens(token: str) -> Misses:
    """Return values of Authorization that are near the right one; a token has two characters at least."""
    middle = len(token) // 2
    near = {
        "nothing": "",
        "its last character missing": token[:-1],
        "its first character missing": token[1:],
        "its first half": token[:middle],
        "one character more": f"{token}x",
        "one character before": f"x{token}",
        "its last character changed": token[:-1] + chr(ord(token[-1]) ^ 1),
        "its first character changed": chr(ord(token[0]) ^ 1) + token[1:],
        "the other case": token.swapcase(),
        "it twice": token * 2,
        "it backwards": token[::-1],
        "a space within": f"{token[:middle]} {token[middle:]}",
        "quotes": f'"{token}"',
        "percent encoding": "".join(f"%{byte:02x}" for byte in token.encode()),
        "base64": base64.b64encode(token.encode()).decode(),
        "a zero byte after it": f"{token}\x00",
        "a space of another kind": f"\xa0{token}",
        "a list": f"{token},x",
        "a pattern": "*",
    }
    values = {what: f"Bearer {value}" for what, value in near.items()}
    basic = base64.b64encode(f":{token}".encode()).decode()
    values |= {
        "no scheme": token,
        "no space": f"Bearer{token}",
        "a colon": f"Bearer: {token}",
        "another scheme": f"Token {token}",
        "its scheme with one character more": f"Bearers {token}",
        "its scheme with one character less": f"Beare {token}",
        "basic": f"Basic {basic}",
        "basic without base64": f"Basic {token}",
        "the scheme twice": f"Bearer Bearer {token}",
        "the scheme alone": "Bearer",
    }
    return {**_each(values), "no header": ()}


def elsewhere(token: str) -> dict[str, list[Header]]:
    """Return headers that have the right token, and in which it does not count."""
    names = ("cookie", "x-api-token", "proxy-authorization", "x-authorization", "token")
    values = (f"token={token}", f"Bearer {token}")
    return {
        f"{name}: {value[:6]}": [(name.encode(), value.encode())]
        for name, value in product(names, values)
    }


def spellings(path: str) -> Iterator[str]:
    """Give paths that another program may read as this one, as a server decodes them."""
    first, _, rest = path[1:].partition("/")
    rest = f"/{rest}" if rest else ""
    for change in (
        *("/{}", "./{}", "x/../{}", "../{}", "/./{}", ".//{}", "x/..//{}", "%2e/{}", "..;/{}"),
        *("{}.", "{};x", "{}%00", "{}\x00", "{} ", "\\{}", ".\\{}", "{}x", "x{}", "assets/../{}"),
    ):
        yield f"/{change.format(first)}{rest}"
    yield f"/{first.upper()}{rest}"
    yield f"/{first.capitalize()}{rest}"
    yield f"/{quote(first[0]) if not first[0].isalpha() else f'%{ord(first[0]):02x}'}{first[1:]}{rest}"
    yield f"/{first}{rest}".replace("/", "\\")
