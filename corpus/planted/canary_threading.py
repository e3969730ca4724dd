"""Canaries of the stand-in for `threading`. This module gets no yield points of its own, so a race shows only at the
yield points inside the stand-in. See canary_code.py and canary.py.
"""
import threading

from .canary import Launch, Threads


def thread_start(state):
    """A thread is started before the thing that it needs exists."""
    state.ready = False
    thread = threading.Thread(target=_is_it_ready, args=(state,))
    thread.start()
    state.ready = True
    thread.join()
    return state.was_ready


def _is_it_ready(state):
    state.was_ready = state.ready


def thread_is_alive(state):
    """A thread that asks twice lets others go on before the second answer."""
    thread = threading.Thread(target=_add, args=(state,))
    thread.start()
    seen = state.n
    thread.is_alive()
    thread.is_alive()
    state.n = seen + 1
    thread.join()
    return state.n == 2


def thread_join(state):
    """The launching thread waits for only one of two threads."""
    threads = [threading.Thread(target=_add, args=(state,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    threads[0].join()
    return state.n != 1


def _add(state):
    state.n += 1


def event_set(state):
    seen = state.n
    state.event.set()
    state.n = seen + 1


def clear_and_wait(state):
    """An event is set and then cleared, so a thread waits for it in vain."""
    state.event.clear()
    state.event.wait()


def set_it(state):
    state.event.set()


def lock_exit(state):
    with state.lock:
        seen = state.n
    with state.lock:
        state.n = seen + 1


def rlock_exit(state):
    with state.rlock:
        seen = state.n
    with state.rlock:
        state.n = seen + 1


def _take_both(first, second, state):
    """Threads take two locks in opposite orders, and CPython hands over between them when a third lock is left."""
    with first:
        with state.lock:
            pass
        with second:
            pass


def lock_forwards(state):
    _take_both(*state.locks, state)


def lock_backwards(state):
    _take_both(*reversed(state.locks), state)


def rlock_forwards(state):
    _take_both(*state.rlocks, state)


def rlock_backwards(state):
    _take_both(*reversed(state.rlocks), state)


BUILD = {
    "canary_thread_start": Launch(thread_start),
    "canary_thread_is_alive": Launch(thread_is_alive),
    "canary_thread_join": Launch(thread_join),
    "canary_event_set": Threads(event_set, event_set),
    "canary_event_wait": Threads(clear_and_wait, set_it, updates=False),
    "canary_lock_exit": Threads(lock_exit, lock_exit),
    "canary_lock_acquire": Threads(lock_forwards, lock_backwards, updates=False),
    "canary_rlock_exit": Threads(rlock_exit, rlock_exit),
    "canary_rlock_acquire": Threads(rlock_forwards, rlock_backwards, updates=False),
}
