"""What the simulator's modules see in place of `threading`.

Threads run on fibers of the interleaver, one at a time. A waiting thread is not enabled until it is woken, so nothing
spins and a deadlock is recognised. The switch points inside the real functions are yield points here.
"""
import sys
import threading as _real
from threading import local  # per interpreter thread state; every simulated thread has its own

import _straylane_numba as _native

current_thread = _native.current_thread
get_ident = _real.get_ident
_with_sites = {}  # (file, line) of a `with` -> its site (see instrument.transform)


def _refuse(timeout):
    # A schedule cannot contain a wait that times out. One that never times out would be a deadlock of our making.
    if timeout is not None:
        raise NotImplementedError("Straylane's stand-in for threading has no waits with a time limit")


def add_with(file, line, site):
    _with_sites[file, line] = site


def _with_site():
    with_statement = sys._getframe(2)  # it called __enter__ or __exit__, which called this
    return _with_sites.get((with_statement.f_code.co_filename, with_statement.f_lineno))


class Thread:
    _count = 0

    def __init__(self, group=None, target=None, name=None, args=(), kwargs=None, *, daemon=None):
        self._target = target
        self._args = args
        self._kwargs = kwargs or {}
        self._index = None
        self.daemon = daemon
        Thread._count += 1
        self._order = Thread._count
        self.name = name or f"Thread-{self._order}"

    # The simulator keeps threads in sets, whose order must not depend on addresses.
    def __hash__(self):
        return self._order

    def __eq__(self, other):
        return self is other

    def start(self):
        self._index = _native.spawn(self)
        _native.yield_here()

    def run(self):
        try:  # as in the real one: 3.10 does not hand over at the entry of a function that begins with `try`
            if self._target is not None:
                self._target(*self._args, **self._kwargs)
        finally:
            pass

    def is_alive(self):
        return self._index is not None and _native.is_alive(self._index)

    def join(self, timeout=None):
        _refuse(timeout)
        while _native.is_alive_now(self._index):
            _native.block_on_end(self._index)


class Event:
    def __init__(self):
        self._flag = False

    def is_set(self):
        return self._flag

    isSet = is_set

    def set(self):
        self._flag = True
        _native.wake(self)
        _native.yield_here()

    def clear(self):
        self._flag = False

    def wait(self, timeout=None):
        _refuse(timeout)
        while not self._flag:
            _native.block_on(self)
        return True


class Lock:
    def __init__(self):
        self._owner = None

    def acquire(self, blocking=True, timeout=-1):
        _refuse(None if timeout == -1 else timeout)
        while self._owner is not None:
            if not blocking:
                return False
            _native.block_on(self)
        self._owner = _native.current_index()
        return True

    def release(self):
        if self._owner is None:
            raise RuntimeError("release unlocked lock")
        self._owner = None
        _native.wake(self)

    def locked(self):
        return self._owner is not None

    def _must_wait(self):
        return self._owner is not None

    def __enter__(self):
        site = _with_site()
        if site is not None and self._must_wait():
            _native.at_site(site)
        return self.acquire()

    def __exit__(self, kind, value, traceback):
        self.release()
        if kind is not None:
            return
        site = _with_site()
        if site is None:
            _native.yield_here()
        else:
            _native.yield_at(site + 1)


class RLock(Lock):
    def __init__(self):
        super().__init__()
        self._depth = 0

    def acquire(self, blocking=True, timeout=-1):
        if self._owner != _native.current_index() and not super().acquire(blocking, timeout):
            return False
        self._depth += 1
        return True

    def release(self):
        if self._owner != _native.current_index():
            raise RuntimeError("cannot release un-acquired lock")
        self._depth -= 1
        if not self._depth:
            super().release()

    def _must_wait(self):
        return self._owner not in (None, _native.current_index())


# The real ones of these are written in C, and that of `current_thread` in Python. A call hands over as theirs does.
for _function in (Lock.acquire, Lock.release, Lock.locked, RLock.acquire, RLock.release):
    _native.stands_for_c(_function.__code__)
if sys.version_info >= (3, 11):  # 3.10 does not check at its entry, because it begins with `try`
    _native.stands_for_python(current_thread)


def __getattr__(name):
    raise AttributeError(f"Straylane's stand-in for threading has no {name!r}: the simulator did not use it so far")


def reset():
    """Starts thread numbers again before every case, so that sets of threads have the same order each time."""
    Thread._count = 0
