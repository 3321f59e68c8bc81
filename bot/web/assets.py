"""Our own few static files, read once and named with a hash, so that a new version is a new address."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

_FOLDER = Path(__file__).parent / "static"
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class Asset:
    """One file. `version` is a hash of its content."""

    body: bytes
    content_type: str
    version: str


def load_assets(folder: Path = _FOLDER) -> dict[str, Asset]:
    """Read all static files."""
    assets: dict[str, Asset] = {}
    for path in sorted(folder.iterdir()):
        if path.suffix in _TYPES:
            body = path.read_bytes()
            assets[path.name] = Asset(body, _TYPES[path.suffix], hashlib.sha256(body).hexdigest()[:12])
    return assets


ASSETS: web.AppKey[dict[str, Asset]] = web.AppKey("assets", dict)


async def static_file(request: web.Request) -> web.Response:
    """GET /static/<name>."""
    asset = request.app[ASSETS].get(request.match_info["name"])
    if asset is None:
        raise web.HTTPNotFound
    response = web.Response(body=asset.body, content_type=asset.content_type, charset="utf-8")
    current = request.query.get("v") == asset.version
    response.headers["Cache-Control"] = "private, max-age=604800, immutable" if current else "no-cache"
    return response
