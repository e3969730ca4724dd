#include "targets/worker/protocol.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>

#include "os/interrupt.h"
#include "program/canary/canaries.h"
#include "targets/worker/cbor.h"
#include "targets/worker/observe.h"

namespace straylane::worker_protocol {
namespace {

constexpr long long kInterruptCheckMs = 100;

}  // namespace

// The fields of every type that travels, each in the order in which it is read.

template <class A>
void fields(A& a, Field<A, System> system) {
  a("python", system.python, "software", system.software, "path", system.path);
}

template <class A>
void fields(A& a, Field<A, Edge> edge) {
  a("parameter", edge.parameter, "number", edge.number);
}

template <class A>
void fields(A& a, Field<A, Parameter> parameter) {
  a("name", parameter.name, "min", parameter.min, "max", parameter.max, "values", parameter.values);
  a("max_is", parameter.max_is, "usual", parameter.usual, "edges", parameter.edges, "role", parameter.role);
  a("byte_max", parameter.byte_max);
}

template <class A>
void fields(A& a, Field<A, Schema> schema) {
  std::vector<Parameter> parameters(schema.begin(), schema.end());
  bool takes_data = schema.takes_data();
  a("parameters", parameters, "takes_data", takes_data);
  if constexpr (A::kReads) {
    auto made = Schema::make(std::move(parameters), takes_data);
    if (!made) throw std::runtime_error(made.error().message);
    schema = std::move(*made);
  }
}

template <class A>
void fields(A& a, Field<A, Hello> hello) {
  a("system", hello.system, "schema", hello.schema, "error", hello.error, "program_is_wrong", hello.program_is_wrong);
  a("files", hello.files, "cannot_launch", hello.cannot_launch, "builds_for", hello.builds_for);
}

template <class A>
void fields(A& a, Field<A, Site> site) {
  a("file", site.file, "function", site.function, "statement", site.statement, "occurrence", site.occurrence);
  a("line", site.line, "kind", site.kind, "end_line", site.end_line, "end_column", site.end_column);
}

template <class A>
void fields(A& a, Field<A, ThreadId> thread) {
  a("launch", thread.launch, "index", thread.index);
}

template <class A>
void fields(A& a, Field<A, Preemption> preemption) {
  a("gap", preemption.gap, "pick", preemption.pick);
}

template <class A>
void fields(A& a, Field<A, Choice> choice) {
  a("thread", choice.thread, "yield", choice.yield, "to", choice.to);
  if (a.with_choice_sites) a("site", choice.site);
}

template <class A>
void fields(A& a, Field<A, EventCounts> counts) {
  a("subject", counts.subject, "by_thread", counts.by_thread);
}

template <class A>
void fields(A& a, Field<A, ReadsFromConstraint> constraint) {
  a("writer", constraint.writer, "reader", constraint.reader, "maker", constraint.maker, "wanted", constraint.wanted);
}

template <class A>
void fields(A& a, Field<A, DrawnForm> form) {
  a("strategy", form.strategy, "seed", form.seed, "depth", form.depth, "steps_expected", form.steps_expected);
  a("interesting", form.interesting, "constraints", form.constraints);
}

template <class A>
void fields(A& a, Field<A, Stretch> stretch) {
  a("thread", stretch.thread, "site", stretch.site, "visit", stretch.visit);
}

template <class A>
void fields(A& a, Field<A, Ordering> ordering) {
  a("first", ordering.first, "second", ordering.second);
}

template <class A>
void fields(A& a, Field<A, Guide> guide) {
  a("prefix", guide.prefix, "prefix_yields", guide.prefix_yields, "orderings", guide.orderings);
}

template <class A>
void fields(A& a, Field<A, RunOptions> options) {  // the time is watched by the coordinator
  a("trace", options.trace, "events", options.events, "strict", options.strict, "across_change", options.across_change);
  a("steps_max", options.steps_max, "guide", options.guide);
  a.with_choice_sites = options.strict;
  a.with_case_sites = options.strict && options.across_change;
}

template <class A>
void fields(A& a, Field<A, Case> c) {
  a("program", c.program, "calls", c.calls, "data", c.data, "schedule", c.schedule);
  if (a.with_case_sites) a("sites", c.sites);
}

template <class A>
void fields(A& a, Field<A, ThrownException> thrown) {
  a("type", thrown.type, "message", thrown.message, "function", thrown.function);
}

template <class A>
void fields(A& a, Field<A, WireRun::Exception> exception) {
  a("thread", exception.thread, "order", exception.order, "thrown", exception.thrown);
}

template <class A>
void fields(A& a, Field<A, Dim3> size) {
  a("x", size.x, "y", size.y, "z", size.z);
}

template <class A>
void fields(A& a, Field<A, WireRun::Launch> launch) {
  a("call", launch.call, "kernel", launch.kernel, "grid", launch.grid, "block", launch.block);
  a("passed_guard", launch.passed_guard, "after_guard", launch.after_guard, "exceptions", launch.exceptions);
  a("raised", launch.raised);
}

template <class A>
void fields(A& a, Field<A, Output> output) {
  a("call", output.call, "name", output.name, "type", output.type, "shape", output.shape, "bytes", output.bytes);
}

template <class A>
void fields(A& a, Field<A, Event> event) {
  a("kind", event.kind, "thread", event.thread, "step", event.step, "site", event.site, "variable", event.variable);
  a("before", event.before, "after", event.after);
}

template <class A>
void fields(A& a, Field<A, WireRun> run) {
  a("end", run.end, "end_detail", run.end_detail, "launches", run.launches, "outputs", run.outputs);
  a("module_changes", run.module_changes, "not_launched", run.not_launched, "builds", run.builds);
  a("builds_failed", run.builds_failed, "dirty", run.dirty, "yields", run.yields, "digest", run.digest);
  a("reads_from_digest", run.reads_from_digest, "applied", run.applied, "choice_points_after", run.choice_points_after);
  a("alternatives", run.alternatives, "choices", run.choices, "trace", run.trace, "event_counts", run.event_counts);
  a("access_pairs", run.access_pairs, "new_sites", run.new_sites, "events", run.events);
}

namespace {

template <class T>
std::vector<std::uint8_t> written(const T& value) {
  CborWriter writer;
  writer.put(value);
  return writer.take();
}

// Calls `read` with a reader of the frame; whatever is wrong with the frame is one error.
template <class Read>
auto decode(std::span<const std::uint8_t> frame, Read read) -> Expected<decltype(read(std::declval<CborReader&>()))> {
  try {
    CborReader reader(frame);
    auto value = read(reader);
    reader.at_end();
    return value;
  } catch (const std::exception& error) {
    return make_error(ErrorCode::kInternal, fmt::format("broken frame: {}", error.what()));
  }
}

}  // namespace

std::vector<std::uint8_t> encode(const Hello& hello) { return written(hello); }
std::vector<std::uint8_t> encode(const WireRun& run) { return written(run); }

std::vector<std::uint8_t> encode(std::span<const Case> cases, const RunOptions& options) {
  CborWriter writer;
  writer.map([&] {
    writer("options", options);
    writer("cases", cases);
  });
  return writer.take();
}

Expected<Hello> decode_hello(std::span<const std::uint8_t> frame) {
  return decode(frame, [](CborReader& reader) {
    Hello hello;
    reader.get(hello);
    return hello;
  });
}

Expected<Request> decode_request(std::span<const std::uint8_t> frame) {
  return decode(frame, [](CborReader& reader) {
    Request request;
    reader.map([&] {
      reader("options", request.options);
      reader("cases", request.cases);
    });
    for (Case& c : request.cases) {
      if (find_canary(c.program) == nullptr) c.program.clear();
    }
    return request;
  });
}

Expected<Observation> decode_run(std::span<const std::uint8_t> frame, std::vector<Site>& table) {
  return decode(frame, [&table](CborReader& reader) {
    WireRun run;
    reader.get(run);
    return observe(std::move(run), table);
  });
}

tl::expected<void, FrameError> write_frame(int fd, std::span<const std::uint8_t> frame) {
  const auto length = static_cast<std::uint32_t>(frame.size());
  std::vector<std::uint8_t> bytes(sizeof length);
  std::memcpy(bytes.data(), &length, sizeof length);
  bytes.insert(bytes.end(), frame.begin(), frame.end());
  for (std::size_t sent = 0; sent < bytes.size();) {
    const ssize_t n = send(fd, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return tl::unexpected(FrameError::kClosed);
    sent += static_cast<std::size_t>(n);
  }
  return {};
}

tl::expected<std::vector<std::uint8_t>, FrameError> read_frame(int fd, std::uint32_t timeout_ms) {
  using Clock = std::chrono::steady_clock;
  const auto deadline = Clock::now() + std::chrono::milliseconds(timeout_ms);
  std::vector<std::uint8_t> bytes;
  const auto read_exactly = [&](std::size_t wanted) -> tl::expected<void, FrameError> {
    bytes.resize(wanted);
    for (std::size_t got = 0; got < wanted;) {
      if (timeout_ms != 0) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
        pollfd waiting{fd, POLLIN, 0};
        if (interrupt_signal != 0) return tl::unexpected(FrameError::kInterrupted);
        if (left <= 0) return tl::unexpected(FrameError::kTimedOut);
        if (poll(&waiting, 1, static_cast<int>(std::min<long long>(left, kInterruptCheckMs))) <= 0) continue;
      }
      const ssize_t n = recv(fd, bytes.data() + got, wanted - got, 0);
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) return tl::unexpected(FrameError::kClosed);
      got += static_cast<std::size_t>(n);
    }
    return {};
  };
  std::uint32_t length = 0;
  if (auto ok = read_exactly(sizeof length); !ok) return tl::unexpected(ok.error());
  std::memcpy(&length, bytes.data(), sizeof length);
  if (length > kFrameBytesMax) return tl::unexpected(FrameError::kTooLarge);
  if (auto ok = read_exactly(length); !ok) return tl::unexpected(ok.error());
  return bytes;
}

}  // namespace straylane::worker_protocol
