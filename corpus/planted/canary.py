"""What the canaries have in common. A canary is a planted race that shows itself only where the schedule is controlled at
one primitive: a search that does not find it there has no control (src/campaign/canary_check.h). This module gets no yield
points, and `threading` is the stand-in.
"""
import threading


class State:
    """Fresh for every launch."""

    def __init__(self):
        self.n = 0
        self.event = threading.Event()
        self.lock = threading.Lock()
        self.rlock = threading.RLock()
        self.locks = threading.Lock(), threading.Lock()
        self.rlocks = threading.RLock(), threading.RLock()


class Launch:
    """A kernel whose launch is `body(state)`, run by the launching thread: it says whether all went well."""

    def __init__(self, body):
        self.body = body

    def build(self, buffer_size):
        return self

    def __getitem__(self, grid_and_block):
        return self.launch

    def launch(self, output, n_threads):
        output[:n_threads] = 1 if self.body(State()) else 0


class Threads(Launch):
    """A kernel whose launch is one thread for each body; those that have `updates` add 1 to `state.n` each."""

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
