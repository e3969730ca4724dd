"""The minimal working example: the kernel that the numba target builds, and a pytest suite that runs it alone.

    NUMBA_ENABLE_CUDASIM=1 python3 -m pytest
"""
