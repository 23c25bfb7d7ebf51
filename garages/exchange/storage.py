"""Where an uploaded file waits between its preview and its import."""

from __future__ import annotations

from django.core.cache import cache
from django.utils.translation import gettext as _
from import_export.tmp_storages import CacheStorage

from garages.exchange.problems import FileProblem


class WaitingFile(CacheStorage):
    """In the cache, which all web processes share, for half an hour: it holds personal data."""

    CACHE_LIFETIME = 30 * 60
    CACHE_PREFIX = "exchange:"

    def read(self) -> bytes:
        data = cache.get(self.CACHE_PREFIX + str(self.name))
        if data is None:
            raise FileProblem(_("The file has waited too long and was dropped. Upload it again."))
        return data
