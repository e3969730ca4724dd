import pytest

from .allocator_factory import AllocatorFactory
from .kernel_factory import KernelFactory

DEFAULT_SETTINGS = {"array_size": 10, "buffer_size": 5, "n_threads": 7, "block_size": 32}


@pytest.fixture
def settings_dict(request):
    """The settings; indirect parametrization overrides single ones: `{"n_threads": 0}`."""
    return {**DEFAULT_SETTINGS, **getattr(request, "param", {})}


@pytest.fixture
def allocator_factory(settings_dict):
    return AllocatorFactory(settings_dict["buffer_size"])


@pytest.fixture
def kernel(allocator_factory):
    return KernelFactory(allocator_factory).build()
