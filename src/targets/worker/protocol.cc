#include "targets/worker/protocol.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

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

// Small structs of which a document has many. Their padding travels, too: both ends run on one machine.
template <>
inline constexpr bool cbor::kIsBytes<Dim3> = true;
template <>
inline constexpr bool cbor::kIsBytes<ThreadId> = true;
template <>
inline constexpr bool cbor::kIsBytes<Preemption> = true;
template <>
inline constexpr bool cbor::kIsBytes<NumberedChoice> = true;
template <>
inline constexpr bool cbor::kIsBytes<AccessPair> = true;
template <>
inline constexpr bool cbor::kIsBytes<Step> = true;

// Lists of fields. What the list of a type consists of is checked when it is read: its text travels along.
#define STRAYLANE_NAMED(...) #__VA_ARGS__, __VA_ARGS__

// The list for a type all of whose members travel, in their order. It compiles only if no member is missing.
#define STRAYLANE_ALL_FIELDS(Type, ...)     \
  template <class A>                        \
  void fields(A& a, Field<A, Type> value) { \
    auto& [__VA_ARGS__] = value;            \
    a(STRAYLANE_NAMED(__VA_ARGS__));        \
  }

STRAYLANE_ALL_FIELDS(System, python, software, path)
STRAYLANE_ALL_FIELDS(Edge, parameter, number)
STRAYLANE_ALL_FIELDS(Parameter, name, min, max, values, max_is, usual, edges, role, byte_max)
STRAYLANE_ALL_FIELDS(Hello, system, schema, error, program_is_wrong, files, cannot_launch, builds_for)
STRAYLANE_ALL_FIELDS(Site, file, function, statement, occurrence, line, kind, end_line, end_column)
STRAYLANE_ALL_FIELDS(EventCounts, subject, by_thread)
STRAYLANE_ALL_FIELDS(ReadsFromConstraint, writer, reader, maker, wanted)
STRAYLANE_ALL_FIELDS(DrawnForm, strategy, seed, depth, steps_expected, interesting, constraints)
STRAYLANE_ALL_FIELDS(Stretch, thread, site, visit)
STRAYLANE_ALL_FIELDS(Ordering, first, second)
STRAYLANE_ALL_FIELDS(Guide, prefix, prefix_yields, orderings)
STRAYLANE_ALL_FIELDS(ThrownException, type, message, function)
STRAYLANE_ALL_FIELDS(WireRun::Exception, thread, order, thrown)
STRAYLANE_ALL_FIELDS(WireRun::Launch, call, kernel, grid, block, passed_guard, after_guard, exceptions, raised)
STRAYLANE_ALL_FIELDS(Output, call, name, type, shape, bytes)
STRAYLANE_ALL_FIELDS(Event, kind, thread, step, site, variable, before, after)

template <class A>
void fields(A& a, Field<A, Schema> schema) {
  std::vector<Parameter> parameters(schema.begin(), schema.end());
  bool takes_data = schema.takes_data();
  a(STRAYLANE_NAMED(parameters, takes_data));
  if constexpr (A::kReads) {
    auto made = Schema::make(std::move(parameters), takes_data);
    if (!made) throw std::runtime_error(made.error().message);
    schema = std::move(*made);
  }
}

template <class A>
void fields(A& a, Field<A, Choice> choice) {
  a(STRAYLANE_NAMED(choice.thread, choice.yield, choice.to));
  if (a.with_choice_sites) a(STRAYLANE_NAMED(choice.site));
}

template <class A>
void fields(A& a, Field<A, RunOptions> o) {  // the coordinator watches the time
  a(STRAYLANE_NAMED(o.trace, o.events, o.strict, o.across_change, o.steps_max, o.guide));
  a.with_choice_sites = o.strict;
  a.with_case_sites = o.strict && o.across_change;
}

template <class A>
void fields(A& a, Field<A, Case> c) {
  a(STRAYLANE_NAMED(c.program, c.calls, c.data, c.schedule));
  if (a.with_case_sites) a(STRAYLANE_NAMED(c.sites));
}

STRAYLANE_ALL_FIELDS(Request, options, cases)

template <class A>
void fields(A& a, Field<A, WireRun> r) {
  a(STRAYLANE_NAMED(r.end, r.end_detail, r.outputs, r.module_changes, r.not_launched, r.builds, r.builds_failed,
                    r.dirty, r.preemptions, r.yields, r.trace_digest, r.access_pairs, r.reads_from_digest,
                    r.event_counts, r.applied, r.choice_points_after, r.alternatives, r.trace, r.events,
                    r.wire_launches, r.numbered_choices, r.new_sites));
}

namespace {

template <class T>
std::vector<std::uint8_t> written(const T& value) {
  CborWriter writer;
  writer.put(value);
  return writer.take();
}

// Reads a frame and returns what `then` makes of it. Returns an error for every flaw of the frame.
template <class T, class Then>
auto decode(std::span<const std::uint8_t> frame, Then then) -> Expected<std::invoke_result_t<Then, T>> {
  try {
    CborReader reader(frame);
    T value;
    reader.get(value);
    reader.at_end();
    return then(std::move(value));
  } catch (const std::exception& error) {
    return make_error(ErrorCode::kInternal, fmt::format("broken frame: {}", error.what()));
  }
}

}  // namespace

std::vector<std::uint8_t> encode(const Hello& hello) { return written(hello); }
std::vector<std::uint8_t> encode(const WireRun& run) { return written(run); }

std::vector<std::uint8_t> encode(std::span<const Case> cases, const RunOptions& options) {
  CborWriter writer;
  writer.array([&] { writer(STRAYLANE_NAMED(options, cases)); });  // a Request
  return writer.take();
}

Expected<Hello> decode_hello(std::span<const std::uint8_t> frame) {
  return decode<Hello>(frame, [](Hello hello) { return hello; });
}

Expected<Request> decode_request(std::span<const std::uint8_t> frame) {
  return decode<Request>(frame, [](Request request) {
    for (Case& c : request.cases) {
      if (find_canary(c.program) == nullptr) c.program.clear();
    }
    return request;
  });
}

Expected<Observation> decode_run(std::span<const std::uint8_t> frame, std::vector<Site>& table) {
  return decode<WireRun>(frame, [&table](WireRun run) { return observe(std::move(run), table); });
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

void serve(int socket, const Hello& hello, const std::function<WireRun(const Case&, const RunOptions&)>& run) {
  if (!write_frame(socket, encode(hello)) || !hello.error.empty()) return;
  while (const auto frame = read_frame(socket)) {  // until the coordinator is gone or has closed
    const auto request = decode_request(*frame);
    if (!request) throw std::runtime_error(request.error().message);
    for (const Case& c : request->cases) {
      const WireRun answer = run(c, request->options);
      if (!write_frame(socket, encode(answer)) || answer.dirty) return;
    }
  }
}

}  // namespace straylane::worker_protocol
