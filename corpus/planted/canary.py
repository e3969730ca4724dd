"""The common part of the canaries. A canary is a planted race that shows only if the schedule is controlled at one
primitive. A search that does not find it does not control the schedule there (src/hunt/canary_check.h). This module
gets no yield points, and `threading` is the stand-in.
"""
import threading


class State:
    """Made anew for every launch."""

    def __init__(self):
        self.n = 0
        self.event = threading.Event()
        self.lock = threading.Lock()
        self.rlock = threading.RLock()
        self.locks = threading.Lock(), threading.Lock()
        self.rlocks = threading.RLock(), threading.RLock()


class Launch:
    """A kernel whose launch runs `body(state)` in the launching thread. The result says whether all went well."""

    def __init__(self, body):
        self.body = body

    def build(self, buffer_size):
        return self

    def __getitem__(self, grid_and_block):
        return self.launch

    def launch(self, output, n_threads):
        output[:n_threads] = 1 if self.body(State()) else 0


class Threads(Launch):
    """A kernel whose launch runs each body in a thread of its own. Bodies with `updates` each add 1 to `state.n`."""

    def __init__(self, *bodies, updates=True):
        super().__init__(self.run)
        self.bodies = bodies
        self.updates = updates

    def run(self, state):
        threads = [threading.Thread(target=body, args=(state,)) for body in self.bodies]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return state.n == len(self.bodies) or not self.updates


def plain_function(value):
    """A Python function without yield points of its own."""
    return value
