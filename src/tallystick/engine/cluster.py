"""The same fold on Dask distributed (the extra `tallystick[cluster]`)."""

import importlib.util
from collections.abc import Iterable, Iterator
from typing import Any

from tallystick.engine.folding import Fold, Folded, Keys, Task, fold_one
from tallystick.host.errors import CannotRunError

LOCAL = "local"
_AHEAD = 4
_TIMEOUT = "10s"


def fold(keys: Keys, address: str, workers: int) -> Fold:
    """What folds on the cluster at an address, or on one started here for `local`.

    Raises:
        CannotRunError: the extra is not installed.
    """
    if importlib.util.find_spec("distributed") is None:
        raise CannotRunError(
            "a cluster needs the extra `cluster`",
            expected="the package distributed",
            got="an environment without it",
            do="install tallystick[cluster], or leave --cluster out",
        )
    return _Cluster(keys, address, workers)


class _Cluster:
    """Folds on a cluster; a task whose worker dies is given to another by the scheduler."""

    def __init__(self, keys: Keys, address: str, workers: int) -> None:
        self._keys, self._address, self._workers = keys, address, workers

    def __call__(self, tasks: Iterable[Task]) -> Iterator[Folded]:
        """The parts of all tasks, as they come.

        Raises:
            CannotRunError: there is no cluster at the address, or its workers keep ending.
        """
        import distributed  # noqa: PLC0415 - an extra

        try:
            with self._client(distributed) as client:
                running: Any = distributed.as_completed
                yield from self._folded(client, running(), tasks)
        except (OSError, TimeoutError):
            raise CannotRunError(
                "there is no cluster at this address",
                where=self._address,
                expected="a Dask scheduler, such as tcp://127.0.0.1:8786",
                got="no answer",
                do="start one, or give --cluster local",
            ) from None
        except distributed.scheduler.KilledWorker:
            raise CannotRunError(
                "the workers of the cluster keep ending at one part of a capture",
                where=self._address,
                do="look into their logs (memory?)",
            ) from None

    def _client(self, distributed: Any) -> Any:
        if self._address != LOCAL:
            return distributed.Client(self._address, timeout=_TIMEOUT)
        return distributed.Client(
            n_workers=self._workers or None, threads_per_worker=1, dashboard_address=None
        )

    def _folded(self, client: Any, running: Any, tasks: Iterable[Task]) -> Iterator[Folded]:
        """Keeps a few tasks a worker on their way, so that no more than those are in memory."""
        most = _AHEAD * max(1, len(client.scheduler_info()["workers"]))
        for task in tasks:
            running.add(client.submit(fold_one, task, self._keys, pure=False, retries=2))
            if running.count() >= most:
                yield next(running).result()
        for future in running:
            yield future.result()
