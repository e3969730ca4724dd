#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "domain/access_pair.h"
#include "domain/inline_vector.h"
#include "domain/rare.h"
#include "domain/schedule.h"

namespace straylane {

// An exception as the system under test raised it. `message` has the simulator's "tid=[..] ctaid=[..]: " prefix
// removed; `function` is the innermost function of its traceback.
struct ThrownException {
  std::string type;
  std::string message;
  std::string function;

  bool operator==(const ThrownException&) const = default;
};

// What one simulated CUDA thread did, read from the thread itself: the simulator reports one thread's exception only.
// There may be a million of them, most of which did nothing to speak of.
struct ThreadOutcome {
  ThreadId id;
  std::int64_t thread_index = 0;  // global CUDA thread index
  bool passed_guard = false;      // got to the place that the program marks as its guard
  Rare<ThrownException> exception;
  std::uint64_t exception_order = 0;  // 1 for the first exception of the case, 2 for the next; 0 where none
  Rare<Site> first_after_guard;       // its first yield point after the guard, where that is known

  bool operator==(const ThreadOutcome&) const = default;
};

struct Dim3 {
  std::int32_t x = 1;
  std::int32_t y = 1;
  std::int32_t z = 1;

  bool operator==(const Dim3&) const = default;
};

// One launch that a call of the program was seen to make. Calls after one whose launch raised are not made.
struct LaunchObservation {
  std::uint32_t call = 0;  // place of the call in Case::calls
  std::string kernel;      // name of the kernel
  Dim3 grid;               // blocks
  Dim3 block;              // threads
  std::vector<ThreadOutcome> threads;     // all that were started, ascending index
  std::optional<ThrownException> raised;  // what the launching thread got

  bool operator==(const LaunchObservation&) const = default;
};

enum class ElementType : std::uint8_t { kInt8, kUint8, kInt16, kUint16, kInt32, kUint32, kInt64, kUint64, kFloat32, kFloat64 };
const char* to_string(ElementType type);    // "float32"
std::size_t size_of(ElementType type);      // bytes of one element

// An array that a call of the program leaves, as the host sees it after the call, whether a launch raised or not.
struct Output {
  std::uint32_t call = 0;  // place of the call in Case::calls
  std::string name;
  ElementType type = ElementType::kFloat32;
  InlineVector<std::int64_t, 8> shape;  // elements in each dimension, the last one contiguous
  std::vector<std::uint8_t> bytes;  // the elements, in row-major order and the machine's byte order

  std::size_t count() const { return bytes.size() / size_of(type); }
  // Element `i` in row-major order. Precondition: `T` has the size and kind of `type`.
  template <class T>
  T at(std::size_t i) const {
    T value;
    std::memcpy(&value, bytes.data() + i * sizeof(T), sizeof(T));
    return value;
  }

  bool operator==(const Output&) const = default;
};

// How the run of a case ended. Deadlock and the bounds are observations, not errors.
enum class RunEnd {
  kCompleted,
  kDeadlock,   // no thread enabled, some not ended
  kStepLimit,  // more yield points than `steps_max`
  kTimeout,    // the watchdog's wall time
  kCrashed,    // the worker process died
  kRefused,    // strict replay: another site than recorded, or a choice that was never reached
};

// One yield point of a traced run, in execution order.
struct Step {
  ThreadId thread;
  std::uint32_t site = 0;   // index into Observation::sites
  std::uint32_t yield = 0;  // the thread's own count, 1-based
  enum class Kind : std::uint8_t { kGoOn, kPreempted, kBlocked, kEnded } kind = Kind::kGoOn;
  ThreadId next;  // who runs after this yield point (== thread for kGoOn)

  bool operator==(const Step&) const = default;
};

// What a thread was seen to do between two of its yield points, to something that others see. No other thread ran in
// between. Only of a run with RunOptions::events.
struct Event {
  enum class Kind : std::uint8_t { kRead, kWrite, kAtomic, kBarrier } kind = Kind::kRead;
  ThreadId thread;
  std::uint32_t step = 0;  // steps of the trace before it: the stretch that it is in began at the thread's last of them
  Site site;               // the statement; may be none of the trace's sites
  std::string variable;    // "allocator_factory.cuda", "tile[3]"; of a barrier the block: "block 0"
  std::string before;      // of a write and an atomic access
  std::string after;       // of a read what it got; of a barrier the round that is over: "round 1"

  bool operator==(const Event&) const = default;
};
// "allocator_factory.cuda: A -> B", "reads tile[3]: 1", "block 0: barrier, round 1 is over".
std::string describe(const Event& event);

// Everything that was seen of one run of one case.
struct Observation {
  RunEnd end = RunEnd::kCompleted;
  std::string end_detail;  // which threads were blocked on what; which site differed
  std::vector<LaunchObservation> launches;
  std::vector<Output> outputs;
  std::vector<std::string> module_changes;  // "module.name: before -> after", module state not restored
  // Why the case was not launched, or not to its end, though nothing is wrong with it: no GPU, or not enough of its
  // memory. Without a failure the verdict is then `unsupported`. Empty where it was.
  std::string not_launched;
  std::uint32_t builds = 0;  // device programs that were built for this case: those that are kept are not built again
  std::uint32_t builds_failed = 0;
  bool dirty = false;                       // the worker must be replaced: strays not drained or state changed
  RecordedForm choices;                     // with sites
  std::uint32_t preemptions = 0;            // choices made while the running thread could go on
  std::uint64_t yields = 0;                 // yield points executed
  std::uint64_t trace_digest = 0;           // over (thread, site) of every yield point and every choice
  // Which accesses met which, where they are known: the distinct pairs in the order in which they were first met, bounded
  // (interleave/access_pairs.h). And the class of the run: equal for two runs whose reads get their values from the same
  // code, whatever else their order was. Where only sites are known, of the pairs of sites between which threads were
  // switched. Of a run under the default rule alone there are no pairs, and its class is 0.
  std::vector<AccessPair> access_pairs;
  std::uint64_t reads_from_digest = 0;
  // Of a strategy that learns from run to run: events by subject and thread, of the subjects that several threads met.
  std::vector<EventCounts> event_counts;
  // Of a search-form schedule: entries that took effect, and the number of choice points after the last of them; with
  // `alternatives` (other threads enabled where the last one took effect) enough to enumerate schedules.
  std::uint32_t applied = 0;
  std::uint32_t choice_points_after = 0;
  std::uint32_t alternatives = 0;
  // Only where the run was asked to be traced:
  std::vector<Site> sites;  // distinct: in the order of their first visit, then the others of the functions entered
  std::vector<Step> trace;
  // Only where events were asked for too: in their order, at most kEventsMax.
  static constexpr std::size_t kEventsMax = 20'000;
  std::vector<Event> events;

  bool operator==(const Observation&) const = default;
};

}  // namespace straylane
