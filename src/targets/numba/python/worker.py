"""Entry of the worker process. Arguments: FD PROGRAM GRANULARITY. sys.path has the folder of the native module."""
import sys


def check_interpreter():
    """Exits with the reason if this interpreter cannot be a worker. Called before the native module is loaded. Python 2
    can run it, too."""
    version = sys.version.split()[0]
    implementation = getattr(getattr(sys, "implementation", None), "name", "cpython")
    if implementation != "cpython":
        sys.exit("%s %s is not supported: only CPython is" % (implementation, version))
    if not (3, 10) <= sys.version_info[:2] <= (3, 13):
        sys.exit("CPython %s is not supported (3.10 to 3.13 are)" % version)
    if not getattr(sys, "_is_gil_enabled", lambda: True)():
        sys.exit("CPython %s without its lock is not supported" % version)


def main():
    sys.dont_write_bytecode = True
    check_interpreter()
    import _straylane_numba as native

    native.serve(int(sys.argv[1]), sys.argv[2], sys.argv[3])
