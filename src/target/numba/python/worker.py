"""Entry of the worker process: worker.py FD PROGRAM GRANULARITY, with the folder of the native module on sys.path."""
import sys


def main():
    sys.dont_write_bytecode = True
    import _straylane_numba as native

    native.serve(int(sys.argv[1]), sys.argv[2], sys.argv[3])


if __name__ == "__main__":
    main()
