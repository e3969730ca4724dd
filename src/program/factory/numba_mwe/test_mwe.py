import numpy as np
import pytest


def launch(kernel, output, settings):
    block_size = settings["block_size"]
    blocks = (len(output) + block_size - 1) // block_size
    kernel[(blocks,), (block_size,)](output, settings["n_threads"])


def check_prefix(kernel, settings):
    """The first n_threads elements are 1, the rest 0."""
    output = np.zeros(settings["array_size"], dtype=np.float32)
    launch(kernel, output, settings)
    expected = np.zeros_like(output)
    expected[: settings["n_threads"]] = 1
    np.testing.assert_array_equal(output, expected)


# One test, fifteen times: this is how a suite meets the race, if it meets it at all.
@pytest.mark.parametrize("repetition", range(15))
def test_prefix(kernel, settings_dict, repetition):
    check_prefix(kernel, settings_dict)


@pytest.mark.parametrize(
    "settings_dict",
    [{"n_threads": 0}, {"n_threads": 1}, {"n_threads": 10, "array_size": 10}],
    indirect=True,
    ids=["n_threads=0", "n_threads=1", "n_threads=array_size"],
)
def test_prefix_at_the_bounds(kernel, settings_dict):
    check_prefix(kernel, settings_dict)


def test_thread_index_at_n_threads_writes_nothing(kernel, settings_dict):
    # Filled with a value that no thread writes, so that any write shows.
    n_threads = settings_dict["n_threads"]
    output = np.full(settings_dict["array_size"], -1, dtype=np.float32)
    launch(kernel, output, settings_dict)
    assert (output[:n_threads] == 1).all()
    assert (output[n_threads:] == -1).all()
