"""The product's settings, with the two floors mounted and each answer saying how many queries it took."""

from __future__ import annotations

from garage_desk.settings import *  # noqa: F403 - the product's own, all of them
from garage_desk.settings import BASE_DIR, MIDDLEWARE, TEMPLATES, env

ROOT_URLCONF = "bench.urls"
MIDDLEWARE = ["bench.middleware.QueryCountMiddleware", *MIDDLEWARE]
TEMPLATES = [TEMPLATES[0] | {"DIRS": [BASE_DIR / "templates", BASE_DIR / "bench" / "templates"]}, *TEMPLATES[1:]]
STATIC_ROOT = env("BENCH_STATIC", default="")
