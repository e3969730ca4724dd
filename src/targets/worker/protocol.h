#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "interleave/strategy.h"
#include "targets/target.h"

// What the coordinator and a worker say to each other: CBOR documents, each in a frame of a 4-byte little-endian length
// and the document. The worker first says hello. It then answers every case of a request with its own frame, so the
// coordinator knows in which case a worker died.
namespace straylane::worker_protocol {

inline constexpr std::uint32_t kFrameBytesMax = 256U << 20;

struct Hello {
  System system;
  Schema schema;                             // of the program
  std::string error;                         // why the worker cannot serve; empty if it can
  bool program_is_wrong = false;             // the reason is the program that the worker was given
  std::map<std::string, std::string> files;  // text by name: everything from which a user's program is built
  std::string cannot_launch;                 // see TargetInfo
  std::vector<std::string> builds_for;       // see TargetInfo
};

struct Request {
  RunOptions options;
  std::vector<Case> cases;  // program (a canary, or empty for the worker's own), calls, data, schedule, sites
};

// One run as it travels: an observation in which sites are numbers of the worker's site table. The rows of that table
// are sent once, as they appear. `launches`, `choices` and `sites` of the observation are empty until it is resolved.
struct WireRun : Observation {
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
  std::vector<Launch> wire_launches;
  std::vector<NumberedChoice> numbered_choices;
  std::vector<Site> new_sites;
};

std::vector<std::uint8_t> encode(const Hello& hello);
std::vector<std::uint8_t> encode(std::span<const Case> cases, const RunOptions& options);
std::vector<std::uint8_t> encode(const WireRun& run);

Expected<Hello> decode_hello(std::span<const std::uint8_t> frame);
Expected<Request> decode_request(std::span<const std::uint8_t> frame);
// Appends the run's new sites to `table`, and resolves its numbers with the table.
Expected<Observation> decode_run(std::span<const std::uint8_t> frame, std::vector<Site>& table);

// Why no frame was read or written.
enum class FrameError {
  kClosed,       // the other side is gone, or has closed its end
  kTimedOut,     // `timeout_ms` have passed
  kInterrupted,  // `interrupt_signal` (os/interrupt.h) is set
  kTooLarge,     // the other side announces more than kFrameBytesMax
};

// Error: kClosed.
tl::expected<void, FrameError> write_frame(int fd, std::span<const std::uint8_t> frame);
// Waits for a whole frame. With a `timeout_ms` of 0 it waits forever, and ignores interrupts.
tl::expected<std::vector<std::uint8_t>, FrameError> read_frame(int fd, std::uint32_t timeout_ms = 0);

// The worker's side of the protocol. Says hello on the socket, then answers every case of every request with `run`.
// Returns when the other side closes, when `run` leaves the worker dirty, or at once if hello has an error. Throws
// std::runtime_error for a request that cannot be read.
void serve(int socket, const Hello& hello, const std::function<WireRun(const Case&, const RunOptions&)>& run);

}  // namespace straylane::worker_protocol
