"""Canaries of the points at which CPython hands over in Python code. Each body loses an update only if the thread is
preempted at one kind of point. Two threads run a body, and `state.n` must be 2 in the end.

This module gets yield points at granularity "switch", whatever the worker's granularity is.
"""
from .canary import Threads, plain_function


def entry(state):
    _store(state, state.n + 1)


def _store(state, n):
    state.n = n


def entry_of_other(state):
    state.n = state.n + plain_function(1)


def call(state):
    state.n = state.n + abs(1)


def loop(state):
    for first in (True, False):
        if first:
            seen = state.n
        else:
            state.n = seen + 1


def while_loop(state):
    turn = 0
    while turn < 2:
        if turn == 0:
            seen = state.n
        else:
            state.n = seen + 1
        turn += 1


def generator(state):
    list(_steps(state))


def _steps(state):
    seen = state.n
    yield
    state.n = seen + 1


BUILD = {f"canary_{body.__name__}": Threads(body, body)
         for body in (entry, entry_of_other, call, loop, while_loop, generator)}
