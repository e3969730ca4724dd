#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "domain/inline_vector.h"
#include "domain/rare.h"
#include "domain/schedule.h"

namespace straylane {

// An exception that the system under test raised. `message` is without the simulator's prefix
// "tid=[..] ctaid=[..]: ". `function` is the innermost function of the traceback.
struct ThrownException {
  std::string type;
  std::string message;
  std::string function;

  bool operator==(const ThrownException&) const = default;
};

// What one simulated CUDA thread did, read from the thread itself, because the simulator reports the exception of one
// thread only. There may be a million outcomes, and most of them are nearly empty.
struct ThreadOutcome {
  ThreadId id;
  std::int64_t thread_index = 0;  // global CUDA thread index
  bool passed_guard = false;      // reached the place that the program marks as its guard
  Rare<ThrownException> exception;
  std::uint64_t exception_order = 0;  // 1 for the first exception of the case, 2 for the next; 0 without one
  Rare<Site> first_after_guard;       // its first yield point after the guard, if known

  bool operator==(const ThreadOutcome&) const = default;
};

struct Dim3 {
  std::int32_t x = 1;
  std::int32_t y = 1;
  std::int32_t z = 1;

  bool operator==(const Dim3&) const = default;
};

// One observed launch of a call of the program. After a launch that raises, no further calls are made.
struct LaunchObservation {
  std::uint32_t call = 0;                 // index into Case::calls
  std::string kernel;                     // name of the kernel
  Dim3 grid;                              // blocks
  Dim3 block;                             // threads
  std::vector<ThreadOutcome> threads;     // every thread that was started, by ascending index
  std::optional<ThrownException> raised;  // what the launching thread caught

  bool operator==(const LaunchObservation&) const = default;
};

enum class ElementType { kInt8, kUint8, kInt16, kUint16, kInt32, kUint32, kInt64, kUint64, kFloat32, kFloat64 };
const char* to_string(ElementType type);  // "float32"
std::size_t size_of(ElementType type);    // bytes of one element

// An array that a call of the program produces, as the host sees it after the call, whether or not a launch raised.
struct Output {
  std::uint32_t call = 0;  // index into Case::calls
  std::string name;
  ElementType type = ElementType::kFloat32;
  InlineVector<std::int64_t, 8> shape;  // elements in each dimension; the last dimension is contiguous
  std::vector<std::uint8_t> bytes;      // the elements, in row-major order and the machine's byte order

  std::size_t count() const { return bytes.size() / size_of(type); }
  // Element `i` in row-major order.
  // Precondition: `T` has the size and kind of `type`.
  template <class T>
  T at(std::size_t i) const {
    T value;
    std::memcpy(&value, bytes.data() + i * sizeof(T), sizeof(T));
    return value;
  }

  bool operator==(const Output&) const = default;
};

// How the run of a case ended. A deadlock or a reached bound is an observation, not an error.
enum class RunEnd {
  kCompleted,
  kDeadlock,   // no thread is enabled, but some have not ended
  kStepLimit,  // more yield points than `steps_max`
  kTimeout,    // the watchdog's wall time ran out
  kCrashed,    // the worker process died
  kRefused,    // a strict replay met another site than recorded, or never reached a choice
};

// One yield point of a traced run, in execution order.
struct Step {
  ThreadId thread;
  std::uint32_t site = 0;   // index into Observation::sites
  std::uint32_t yield = 0;  // the thread's own count, 1-based
  enum class Kind : std::uint8_t { kGoOn, kPreempted, kBlocked, kEnded } kind = Kind::kGoOn;
  ThreadId next;  // runs after this yield point; == thread for kGoOn

  bool operator==(const Step&) const = default;
};

// Something that a thread did to shared state between two of its yield points. No other thread ran in between. Only
// runs with RunOptions::events have events.
struct Event {
  enum class Kind : std::uint8_t { kRead, kWrite, kAtomic, kBarrier } kind = Kind::kRead;
  ThreadId thread;
  std::uint32_t step = 0;  // steps of the trace before the event; the thread's last of these steps began the stretch
  Site site;               // the statement; need not be a site of the trace
  std::string variable;    // "allocator_factory.cuda", "tile[3]"; the block for a barrier: "block 0"
  std::string before;      // for a write and an atomic access
  std::string after;       // the value that a read got; the finished round for a barrier: "round 1"

  bool operator==(const Event&) const = default;
};
// "allocator_factory.cuda: A -> B", "reads tile[3]: 1", "block 0: barrier, round 1 is over".
std::string describe(const Event& event);

// Everything that was observed in one run of one case.
struct Observation {
  RunEnd end = RunEnd::kCompleted;
  std::string end_detail;  // which threads were blocked on what, or which site differed
  std::vector<LaunchObservation> launches;
  std::vector<Output> outputs;
  std::vector<std::string> module_changes;  // module state that was not restored, "module.name: before -> after"
  // Why the case was not launched, or not to its end, although it is valid: no GPU, or not enough GPU memory. Without a
  // failure the verdict is then `unsupported`. Empty if the case was launched.
  std::string not_launched;
  std::uint32_t builds = 0;  // device programs that were built for this case; cached programs do not count
  std::uint32_t builds_failed = 0;
  bool dirty = false;              // the worker must be replaced: stray threads remain, or state has changed
  RecordedForm choices;            // with sites
  std::uint32_t preemptions = 0;   // choices made while the running thread could go on
  std::uint64_t yields = 0;        // yield points executed
  std::uint64_t trace_digest = 0;  // over (thread, site) of every yield point and every choice
  // The distinct pairs of accesses that met, in the order in which they first met, bounded (interleave/access_pairs.h).
  // Empty if accesses are not known, and in a run under the default rule alone.
  std::vector<AccessPair> access_pairs;
  // The reads-from class of the run. Two runs are of one class if their reads get their values from the same code,
  // whatever else their order was. If only sites are known, the class is made from the pairs of sites between which
  // threads were switched. A run under the default rule alone has class 0.
  std::uint64_t reads_from_digest = 0;
  // For a strategy that learns from run to run: events by subject and thread, for subjects that several threads met.
  std::vector<EventCounts> event_counts;
  // For a search-form schedule. Together, these three members are enough to enumerate schedules.
  std::uint32_t applied = 0;              // entries that took effect
  std::uint32_t choice_points_after = 0;  // choice points after the last entry that took effect
  std::uint32_t alternatives = 0;         // other threads that were enabled where it took effect
  // Only in a traced run:
  std::vector<Site> sites;  // distinct: in the order of their first visit, then the others of the entered functions
  std::vector<Step> trace;
  // Only if events were requested too: in their order, at most kEventsMax.
  static constexpr std::size_t kEventsMax = 20'000;
  std::vector<Event> events;

  bool operator==(const Observation&) const = default;
};

}  // namespace straylane
