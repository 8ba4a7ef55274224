"""What one process keeps for a while: as much as fits, what was asked for last stays longest."""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Any


class Store:
    """Key → value, within so many bytes. Safe between threads."""

    def __init__(self, most: int) -> None:
        self._most, self._used = most, 0
        self._kept: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> Any:
        """What is kept under this key; None when nothing is."""
        with self._lock:
            found = self._kept.get(key)
            if found is None:
                return None
            self._kept.move_to_end(key)
            return found[0]

    def put(self, key: Hashable, value: Any, size: int) -> None:
        """Keep it; what was not asked for the longest time goes to make room."""
        with self._lock:
            self._used += size - self._kept.pop(key, (None, 0))[1]
            self._kept[key] = (value, size)
            while self._used > self._most:
                _key, (_value, freed) = self._kept.popitem(last=False)
                self._used -= freed

    def clear(self) -> None:
        """Keep nothing of it."""
        with self._lock:
            self._kept.clear()
            self._used = 0
