"""What switch_points_test.py runs with and without yield points: one of everything that has, or lacks, a switch point.

Every function runs once or a few times only, since the interpreter drops some of its checks in code that is hot.
"""
import contextlib
import functools
import string


class Plain:
    pass


class WithInit:
    kind = "class level code runs at import"

    def __init__(self, x):
        self.x = x

    @property
    def double(self):
        return self.x * 2

    def method(self, *args, **options):
        return len(args) + len(options)

    def __add__(self, other):
        return WithInit(self.x + other.x)

    def __call__(self, y):
        return self.x + y

    def __iter__(self):
        yield self.x
        got = yield self.x + 1
        return got

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return False


class Derived(WithInit):
    def __init__(self, x):
        super().__init__(x)


@contextlib.contextmanager
def managed():
    yield 1


def python_function(x, y=0):
    return x + y


def native_calls(s):
    s.n = abs(-1) + len("abc")
    x = s.n
    s.n = x + 1
    text = "a b".replace(" ", "").upper()
    return max(min(1, 2), int("3")), text


def python_calls(s):
    a = python_function(1)
    b = python_function(a, y=2)
    c = string.capwords("one two")  # Python without yield points
    d = python_function(*(1, 2))
    e = max(*(1, 2))
    f = python_function(**{"x": 1})
    g = WithInit(1).method(1, *(2, 3), k=4)
    h = functools.partial(python_function, 1)(2)
    return a, b, c, d, e, f, g, h


def classes(s):
    Plain()
    one, two = WithInit(1), Derived(2)
    three = one + two
    return one.double, three(4), three.x


def for_loops(s):
    total = 0
    for i in range(3):
        total += i
    for i in [1, 2, 3]:
        if i == 2:
            continue
        total += abs(i)
    for a in (1, 2):
        for b in (3, 4):
            total += a * b
    for i in range(3):
        if i == 1:
            break
    else:
        total = 0
    for i in ():
        total += 1
    return total


def while_loops(s):
    n = 0
    while n < 3:
        n += 1
    while True:
        n += 1
        if n > 6:
            break
    while n < 10 and s is not None:
        n += 1
        if n == 9:
            continue
        n += 0
    while not n > 12 or n < 0:
        n += abs(1)
    while n < 15:
        n += 1
        try:
            if n == 14:
                continue
        finally:
            s.n = n
    while python_function(n) < 18:  # a switch point in the test: what comes before it and what behind
        n += 1
        if n == 17:
            continue
        n += 0
    return n


def comprehensions(s):
    a = [i for i in range(3)]
    b = {i: abs(i) for i in (1, 2)}
    c = {i + j for i in (1, 2) for j in (3, 4) if j}
    d = sum(i for i in (1, 2, 3))
    return a, b, c, d


def counter(n):
    for i in range(n):
        yield i


def delegating():
    got = yield from counter(2)
    yield 7
    return got


def generators(s):
    total = 0
    for i in counter(3):
        total += i
    total += sum(delegating())
    generator = counter(2)
    next(generator)
    generator.close()
    iterator = iter(WithInit(1))
    next(iterator)
    next(iterator)
    return total, list(WithInit(5))


def with_blocks(s):
    with managed() as one:
        s.n = one
    with WithInit(2) as two:
        s.n = two.x
    with contextlib.suppress(KeyError):
        {}["absent"]
    return s.n


def lambdas(s):
    f = lambda x: x + 1  # noqa: E731
    return f(1), sorted([2, 1], key=lambda x: -x), list(map(lambda x: abs(x), (1, 2)))


def exceptions(s):
    try:
        raise ValueError("planted")
    except ValueError as error:
        s.n = str(error)
    finally:
        s.n += "."
    try:
        int("x")
    except ValueError:
        return s.n


def branches(s):
    x = 1 if s.n else 2
    if x == 1 and s.n:
        y = x or abs(x)
    else:
        y = 3
    if y != 3:
        return y
    return f"{x}{y!r}"


def no_switch_point(s):
    """Nothing in here hands over but the entry."""
    s.n = 1
    x = s.n
    s.n = x + 1
    s.list = [x, s.n]
    s.list[0] = s.list[1]
    a, b = s.list
    del s.list[0]
    return (a, b, {"x": x}, -x, not x, x < a < b, s.list[-1])


def closures(s):
    def inner(x, y=abs(-2)):
        return x + y + n

    n = 3
    return inner(1)


FUNCTIONS = (native_calls, python_calls, classes, for_loops, while_loops, comprehensions, generators, with_blocks, lambdas,
             exceptions, branches, no_switch_point, closures)


def main():
    s = Plain()
    s.n = 0
    return [function(s) for function in FUNCTIONS]
