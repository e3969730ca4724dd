#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "targets/target.h"

// What the coordinator and a worker say to each other: CBOR documents in frames of a 4-byte little-endian
// length and the document. The worker first says hello, then answers every case of a request with a frame of its own,
// so that the coordinator knows which case a worker died in.
namespace straylane::worker_protocol {

inline constexpr std::uint32_t kFrameBytesMax = 256U << 20;

struct Hello {
  System system;
  Schema schema;                             // of the program
  std::string error;                         // why the worker cannot serve; empty where it can
  bool program_is_wrong = false;             // it cannot because of the program that it was given
  std::map<std::string, std::string> files;  // text by name: of a program that is a user's, all that it is built from
  std::string cannot_launch;                 // see TargetInfo
  std::vector<std::string> builds_for;       // see TargetInfo
};

struct Request {
  RunOptions options;
  std::vector<Case> cases;  // calls, data and schedule only; program of a canary, else empty: the worker's own
};

// One run as it travels: sites are numbers of the worker's site table, rows of which are sent once, as they appear.
struct WireRun {
  struct Exception {
    std::uint32_t thread = 0;  // index within the launch
    std::uint64_t order = 0;
    ThrownException thrown;
  };
  struct Launch {
    std::uint32_t call = 0;
    std::string kernel;
    Dim3 grid;
    Dim3 block;
    std::vector<std::uint8_t> passed_guard;  // one byte for each thread that was started
    std::vector<std::uint32_t> after_guard;  // pairs (thread, site): ThreadOutcome::first_after_guard
    std::vector<Exception> exceptions;
    std::optional<ThrownException> raised;
  };
  RunEnd end = RunEnd::kCompleted;
  std::string end_detail;
  std::vector<Launch> launches;
  std::vector<Output> outputs;
  std::vector<std::string> module_changes;
  std::string not_launched;  // see Observation
  std::uint32_t builds = 0;
  std::uint32_t builds_failed = 0;
  bool dirty = false;
  std::uint64_t yields = 0;
  std::uint64_t digest = 0;
  std::uint64_t reads_from_digest = 0;
  std::uint32_t applied = 0;
  std::uint32_t choice_points_after = 0;
  std::uint32_t alternatives = 0;
  // Threads by name, launch and index, both -1 for m.
  std::vector<std::int32_t> choices;  // 7 numbers each: thread (2), yield, to (2), site, preemption
  std::vector<std::int32_t> trace;    // 7 numbers each: thread (2), site, yield, kind, next (2)
  std::vector<EventCounts> event_counts;
  std::vector<std::uint32_t> access_pairs;  // 4 numbers each: earlier, later, maker, kind
  std::vector<Site> new_sites;
  std::vector<Event> events;
};

std::vector<std::uint8_t> encode(const Hello& hello);
std::vector<std::uint8_t> encode(std::span<const Case> cases, const RunOptions& options);
std::vector<std::uint8_t> encode(const WireRun& run);

Expected<Hello> decode_hello(std::span<const std::uint8_t> frame);
Expected<Request> decode_request(std::span<const std::uint8_t> frame);
// Appends the run's new sites to `table` and resolves its numbers with it.
Expected<Observation> decode_run(std::span<const std::uint8_t> frame, std::vector<Site>& table);

// Why no frame came or went.
enum class FrameError {
  kClosed,       // the other side is gone, or has closed its end
  kTimedOut,     // `timeout_ms` are over
  kInterrupted,  // `interrupt_signal` (os/interrupt.h) is set
  kTooLarge,     // the other side announces more than kFrameBytesMax
};

// kClosed.
tl::expected<void, FrameError> write_frame(int fd, std::span<const std::uint8_t> frame);
// Waits for a whole frame. `timeout_ms` 0 waits for ever, and then interrupts are not looked at.
tl::expected<std::vector<std::uint8_t>, FrameError> read_frame(int fd, std::uint32_t timeout_ms = 0);

}  // namespace straylane::worker_protocol
