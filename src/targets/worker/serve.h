#pragma once

#include <functional>

#include "targets/worker/protocol.h"

namespace straylane {

// The worker's side of the protocol: says hello on the socket, then answers every case of every request with `run`,
// until the other side closes, `run` leaves the worker dirty, or hello has an error. Throws std::runtime_error on a
// request that cannot be read.
void serve(int socket, const worker_protocol::Hello& hello,
           const std::function<worker_protocol::WireRun(const Case&, const RunOptions&)>& run);

}  // namespace straylane
