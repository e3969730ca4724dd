#include "targets/worker/serve.h"

#include <stdexcept>

namespace straylane {

void serve(int socket, const worker_protocol::Hello& hello,
           const std::function<worker_protocol::WireRun(const Case&, const RunOptions&)>& run) {
  if (!worker_protocol::write_frame(socket, worker_protocol::encode(hello)) || !hello.error.empty()) return;
  for (;;) {
    const auto frame = worker_protocol::read_frame(socket);
    if (!frame) return;  // the coordinator is gone or has closed
    const auto request = worker_protocol::decode_request(*frame);
    if (!request) throw std::runtime_error(request.error().message);
    for (const Case& c : request->cases) {
      const auto answer = run(c, request->options);
      if (!worker_protocol::write_frame(socket, worker_protocol::encode(answer)) || answer.dirty) return;
    }
  }
}

}  // namespace straylane
