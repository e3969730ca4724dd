"""The canary of the granularities "line" and "opcode": an update on two lines, see canary_code.py."""
from .canary import Threads


def line(state):
    seen = state.n
    state.n = seen + 1


BUILD = {"canary_line": Threads(line, line)}
