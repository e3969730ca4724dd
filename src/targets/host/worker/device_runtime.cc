#include "targets/host/worker/device_runtime.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "program/factory/device_call.h"
#include "targets/host/worker/passes/runtime_calls.h"

namespace straylane {
namespace {

constexpr std::size_t kOutputGap = 64;  // floats on each side of the output
constexpr auto kGap = [] {
  std::array<float, kOutputGap> gap;
  gap.fill(-1.0F);
  return gap;
}();
constexpr std::int64_t kFuel = 4'000'000;  // rounds of loops that a thread may make between two yield points

struct Index3 {
  std::uint32_t x, y, z;
};
// The prelude declares the same.
struct Indexes {
  Index3 thread, block, block_dim, grid_dim;
} device_indexes;

DeviceRuntime* instance = nullptr;

std::int64_t fuel = 0;  // not a member, because device code reads and writes it

template <class F>
void* function(F* f) {
  return reinterpret_cast<void*>(f);
}

}  // namespace

DeviceRuntime::DeviceRuntime(const SiteTable& sites) : sites_(sites) { instance = this; }

DeviceRuntime::~DeviceRuntime() { instance = nullptr; }

std::vector<std::pair<std::string, void*>> DeviceRuntime::symbols() {
  const auto on_access = [](std::uint32_t site, char* base, char* address, std::uint64_t bytes, std::uint32_t access) {
    instance->access(site, base, address, bytes, static_cast<Access>(access));
  };
  const auto on_barrier = [](std::uint32_t site) { instance->wait_at_barrier(site); };
  const auto on_local = [](std::uint64_t bytes, const char* name) {
    Thread& thread = *instance->running_;
    thread.locals.push_back(instance->local_memory_.acquire(bytes, name));
    return thread.locals.back()->begin;
  };
  const auto on_local_end = [](std::uint32_t count) {
    Thread& thread = *instance->running_;
    instance->release_locals(thread, thread.locals.size() - count);
  };
  const auto on_passed_guard = [] {
    instance->running_launch().passed_guard[static_cast<std::size_t>(instance->running_->index)] = 1;
    instance->passed_last_ = instance->interleaver_.current();
  };
  const auto on_warp = [](std::uint32_t site, std::uint32_t called, std::uint32_t mask, std::uint64_t value,
                          std::int32_t lane, std::int32_t width) {
    return instance->warp_call({static_cast<WarpFunction>(called), mask, value, lane, width, site});
  };
  std::vector<std::pair<std::string, void*>> symbols = {
      {runtime_call::kAccess, function(+on_access)},
      {runtime_call::kBarrier, function(+on_barrier)},
      {runtime_call::kLocal, function(+on_local)},
      {runtime_call::kLocalEnd, function(+on_local_end)},
      {runtime_call::kPassedGuard, function(+on_passed_guard)},
      {runtime_call::kIndexes, &device_indexes},
      {runtime_call::kWarp, function(+on_warp)},
      {runtime_call::kOutOfFuel, function(+[] { instance->out_of_fuel(); })},
      {runtime_call::kFuel, &fuel},
      // The optimiser turns loops into these.
      {"memset", function(&std::memset)},
      {"memcpy", function(&std::memcpy)},
      {"memmove", function(&std::memmove)}};
  // The functions of the C library that the prelude declares, for double and for float.
  for (const std::string name :
       {"sqrt", "fabs", "floor", "ceil", "exp", "log", "sin", "cos", "tanh", "fmin", "fmax", "fmod", "pow"}) {
    for (const std::string& symbol : {name, name + "f"}) {
      symbols.emplace_back(symbol, dlsym(RTLD_DEFAULT, symbol.c_str()));
    }
  }
  return symbols;
}

void DeviceRuntime::begin_case(bool events) {
  values_.begin(events);
  launches_.clear();
  outputs_.clear();
  exceptions_ = 0;
  block_first_ = 0;
  passed_last_ = kMainIndex;
}

bool DeviceRuntime::launch(DeviceProgram& program, const DeviceCall& call) {
  auto& observed = launches_.emplace_back();
  observed.call = static_cast<std::uint32_t>(launches_.size() - 1);
  observed.grid.x = call.grid;
  observed.block.x = call.block;
  program_ = &program;
  call_ = call;
  program.reset_globals();
  const auto size = static_cast<std::size_t>(call.length);
  if (output_.size() != size + 2 * kOutputGap) {  // otherwise the gaps are whole, as the last launch left them
    output_.resize(size + 2 * kOutputGap);
    std::memcpy(output_.data(), kGap.data(), sizeof kGap);
    std::memcpy(output_.data() + kOutputGap + size, kGap.data(), sizeof kGap);
  }
  std::memset(output_.data() + kOutputGap, 0, size * sizeof(float));
  output_buffer_.begin = reinterpret_cast<char*>(output_.data() + kOutputGap);
  output_buffer_.bytes = size * sizeof(float);
  output_buffer_.name = kOutputName;
  output_buffer_.cells.forget();
  const auto blocks = static_cast<std::uint32_t>(call.grid);
  const auto threads = static_cast<std::uint32_t>(call.block);
  device_indexes = {{0, 0, 0}, {0, 0, 0}, {threads, 1, 1}, {blocks, 1, 1}};
  races_.begin_launch(threads);
  buffers_.assign(1, &output_buffer_);
  for (Buffer& buffer : program.buffers()) {
    buffer.number = static_cast<std::uint32_t>(buffers_.size());
    buffers_.push_back(&buffer);
  }

  bool going_on = true;
  for (std::int64_t block = 0; block < call.grid && going_on; ++block) going_on = run_block(block);

  const auto* bytes = reinterpret_cast<const std::uint8_t*>(output_buffer_.begin);
  Output& output = outputs_.emplace_back();
  output.call = observed.call;
  output.bytes.assign(bytes, bytes + output_buffer_.bytes);
  if (!observed.exceptions.empty()) observed.raised = observed.exceptions.front().thrown;
  if (std::memcmp(output_.data(), kGap.data(), sizeof kGap) != 0 ||
      std::memcmp(output_.data() + kOutputGap + size, kGap.data(), sizeof kGap) != 0) {
    output_.clear();
    if (!observed.raised) observed.raised = ThrownException{"OutOfBounds", "memory beside the output was changed", ""};
  }
  return !observed.raised && !interleaver_.unwinding();
}

// Adds here what launching does not need, so that it costs nothing if the results are not taken.
void DeviceRuntime::take_results(worker_protocol::WireRun& run) {
  for (auto& launch : launches_) launch.kernel = std::string(kKernelName);
  for (Output& output : outputs_) {
    output.name = std::string(kOutputName);
    output.shape = {static_cast<std::int64_t>(output.count())};
  }
  run.wire_launches = std::move(launches_);
  run.outputs = std::move(outputs_);
  run.events = values_.take();
}

bool DeviceRuntime::run_block(std::int64_t block) {
  begin_block(block);
  const ThreadId first{static_cast<std::int32_t>(launches_.size() - 1), static_cast<std::int32_t>(threads_[0].index)};
  if (program_->blocks() || !interleaver_.only_default_from_here()) {
    if (!run_interleaved(first)) return false;
  } else {
    block_first_ = interleaver_.threads();
    const auto next_thread = [](void*) {
      thread_main(&instance->threads_[instance->interleaver_.current() - instance->block_first_]);
    };
    const auto count = static_cast<std::uint32_t>(threads_.size());
    if (!interleaver_.run_in_turn(first, count, next_thread, nullptr)) return false;
  }
  return running_launch().exceptions.empty();
}

void DeviceRuntime::begin_block(std::int64_t block) {
  const auto size = static_cast<std::uint32_t>(call_.block);
  program_->poison_shared();
  block_ = block;
  device_indexes.block.x = static_cast<std::uint32_t>(block);
  if (program_->blocks()) {
    barrier_ = {};
    warps_.clear();
    for (std::uint32_t left = size; left > 0; left -= std::min(left, kWarpSize)) warps_.emplace_back(left);
  }
  races_.begin_block(static_cast<std::uint32_t>(block));
  threads_.resize(size);
  for (std::uint32_t i = 0; i < size; ++i) {
    threads_[i].index = block * size + i;
    threads_[i].in_block = i;
    threads_[i].waits = false;
    threads_[i].in_warp_call = false;
  }
  auto& passed = running_launch().passed_guard;
  passed.resize(passed.size() + size);
}

bool DeviceRuntime::run_interleaved(ThreadId first) {
  block_first_ = interleaver_.threads();
  for (Thread& thread : threads_) {
    interleaver_.spawn({first.launch, static_cast<std::int32_t>(thread.index)}, &thread_main, &thread);
  }
  for (ThreadIndex thread = block_first_; thread < block_first_ + threads_.size(); ++thread) {
    while (!interleaver_.ended(thread)) {
      if (interleaver_.block(Interleaver::end_of(thread))) continue;
      interleaver_.drain();  // the threads are ending, and their block must outlive them
      return false;
    }
  }
  return true;
}

void DeviceRuntime::thread_main(void* argument) {
  instance->run_thread(*static_cast<Thread*>(argument));
  instance->interleaver_.at_site(0);
}

// This is a separate function without variables, because setjmp would lose them.
void DeviceRuntime::run_thread(Thread& thread) {
  enter(thread);
  if (_setjmp(thread.unwind) == 0) {
    program_->kernel()(reinterpret_cast<float*>(output_buffer_.begin), call_.arguments[0], call_.arguments[1]);
    thread_ended(*running_, true);
  } else {
    thread_ended(*running_, false);
  }
}

void DeviceRuntime::on_switch(Fiber&, Fiber&) {
  if (interleaver_.current() != kMainIndex) enter(threads_[interleaver_.current() - block_first_]);
}

void DeviceRuntime::enter(Thread& thread) {
  running_ = &thread;
  fuel = kFuel;
  device_indexes.thread.x = thread.in_block;
}

void DeviceRuntime::release_locals(Thread& thread, std::size_t keep) {
  for (; thread.locals.size() > keep; thread.locals.pop_back()) local_memory_.release(thread.locals.back());
}

inline Buffer* DeviceRuntime::buffer_of(const Thread& thread, const char* base) {
  for (auto local = thread.locals.rbegin(); local != thread.locals.rend(); ++local) {
    if ((*local)->has(base, 0)) return *local;  // its end counts as well, because a gap follows
  }
  for (Buffer* buffer : buffers_) {
    if (buffer->has(base, 1)) return buffer;
  }
  for (Buffer* buffer : buffers_) {  // a pointer one past the end, unless another buffer begins there
    if (buffer->has(base, 0)) return buffer;
  }
  return nullptr;
}

void DeviceRuntime::fail(Thread& thread, const char* type, std::string message, std::uint32_t site) {
  add_exception(thread, type, std::move(message), site);
  _longjmp(thread.unwind, 1);
}

// The object of the event is the word that the access begins in. Shared memory is another object in each block.
PendingEvent DeviceRuntime::event_of(std::uint32_t site, const Buffer& buffer, std::size_t offset,
                                     Access access) const {
  const EventKind kind = access == Access::kAtomic ? EventKind::kSync
                         : writes(access)          ? EventKind::kWrite
                                                   : EventKind::kRead;
  const std::uint64_t block = buffer.space == Space::kShared ? static_cast<std::uint64_t>(block_) & 0xFFFF : 0;
  return {site, kind, std::uint64_t{buffer.number + 1} << 48 | block << 32 | (offset / AccessCells::kWordBytes)};
}

void DeviceRuntime::access(std::uint32_t site, char* base, char* address, std::uint64_t bytes, Access access) {
  Thread& thread = *running_;
  Buffer* buffer = buffer_of(thread, base);
  const AccessPlace place{site_of(site), access, block_, thread.in_block};
  if (buffer == nullptr || !buffer->has(address, bytes)) {
    fail(thread, "OutOfBounds", out_of_bounds_text(place, buffer, address, bytes), site);
  }
  const auto offset = static_cast<std::size_t>(address - buffer->begin);
  if (buffer->space != Space::kLocal) {  // other threads see it
    values_.settle();
    if (passed_last_ == interleaver_.current()) note_first_after_guard(thread, site);
    const PendingEvent event = event_of(site, *buffer, offset, access);
    if (!interleaver_.yield_point(event)) _longjmp(thread.unwind, 1);
    interleaver_.accessed(event);
    fuel = kFuel;
    if (values_.wanted()) values_.access(place.site, *buffer, offset, bytes, access);
    const RaceDetector::Memory memory{reinterpret_cast<std::uintptr_t>(buffer->begin), buffer->bytes, buffer->cells};
    if (const auto race = races_.access(thread.in_block, memory, offset, bytes, site, access)) {
      const std::uint32_t first = std::min(site, race->earlier.site);
      fail(thread, "DataRace", race_text(*race, place, site, *buffer, offset / bytes), first);
    }
  }
  if (buffer->space == Space::kGlobal) return;
  if (access == Access::kRead && !buffer->written.all(offset, bytes)) {
    fail(thread, "UninitialisedRead", uninitialised_text(place, *buffer, offset, bytes), site);
  }
  if (writes(access)) buffer->written.add(offset, bytes, buffer->bytes);
}

// Only for threads that should not have passed the guard, since the others may be many.
void DeviceRuntime::note_first_after_guard(const Thread& thread, std::uint32_t site) {
  passed_last_ = kMainIndex;
  if (thread.index < call_.guard_from) return;
  running_launch().after_guard.push_back(static_cast<std::uint32_t>(thread.index));
  running_launch().after_guard.push_back(site);
}

// Names the accesses in the order of the source and not of time, so that the text is the same whichever came first.
std::string DeviceRuntime::race_text(const RaceDetector::Race& race, const AccessPlace& later, std::uint32_t site,
                                     const Buffer& buffer, std::size_t index) const {
  const auto block_size = static_cast<std::uint32_t>(call_.block);
  const Access access = race.earlier.atomic ? Access::kAtomic : race.earlier_writes ? Access::kWrite : Access::kRead;
  const AccessPlace earlier{site_of(race.earlier.site), access, race.earlier.thread / block_size,
                            race.earlier.thread % block_size};
  const bool in_source_order = race.earlier.site != site ? race.earlier.site < site : earlier.in_block < later.in_block;
  return in_source_order ? data_race_text(buffer, index, earlier, later)
                         : data_race_text(buffer, index, later, earlier);
}

std::uint64_t DeviceRuntime::warp_call(const WarpCalls::Call& call) {
  Thread& thread = *running_;
  values_.settle();
  WarpCalls& warp = warp_of(thread);
  const std::uint32_t lane = thread.in_block % kWarpSize;
  interleaver_.at_site(call.site);
  if (!arrive(thread, call)) _longjmp(thread.unwind, 1);
  thread.in_warp_call = true;
  settle(thread.in_block / kWarpSize);
  while (thread.in_warp_call) {
    if (!interleaver_.block(&warp)) _longjmp(thread.unwind, 1);
  }
  return warp.result(lane);
}

bool DeviceRuntime::arrive(const Thread& thread, const WarpCalls::Call& call) {
  const auto problem = warp_of(thread).arrive(thread.in_block % kWarpSize, call);
  if (!problem) return true;
  add_exception(
      thread, "WarpMismatch",
      fmt::format("{}: {} (block {}, thread {})", place_of(site_of(call.site)), *problem, block_, thread.in_block),
      call.site);
  return false;
}

void DeviceRuntime::settle(std::uint32_t warp) {
  WarpCalls& calls = warps_[warp];
  const std::uint32_t settled = calls.settle();
  if (settled == 0) return;
  std::vector<std::uint32_t> synchronised;
  for (std::uint32_t lane = 0; lane < kWarpSize; ++lane) {
    if ((settled >> lane & 1) == 0) continue;
    const std::uint32_t in_block = warp * kWarpSize + lane;
    threads_[in_block].in_warp_call = false;
    if (calls.call(lane).function == WarpFunction::kSync) synchronised.push_back(in_block);
  }
  races_.warp_barrier(synchronised);
  interleaver_.wake(&calls);
}

void DeviceRuntime::out_of_fuel() {
  interleaver_.give_up(
      RunEnd::kStepLimit,
      fmt::format("thread {} went round its loops {} times without an access to memory that others see",
                  to_string(interleaver_.current_id()), kFuel));
  _longjmp(running_->unwind, 1);
}

void DeviceRuntime::wait_at_barrier(std::uint32_t site) {
  Thread& thread = *running_;
  values_.settle();
  interleaver_.at_site(site);
  if (barrier_.given_up) _longjmp(thread.unwind, 1);
  thread.barrier_site = site;
  if (barrier_.waiting + 1 == threads_.size()) {
    barrier_.waiting = 0;
    ++barrier_.round;
    if (values_.wanted()) values_.barrier(site_of(site), block_, barrier_.round);
    for (Thread& other : threads_) {
      other.waits = false;
      warp_of(other).at_block_barrier(other.in_block % kWarpSize, false);
    }
    races_.block_barrier();
    interleaver_.wake(&barrier_);
    return;
  }
  ++barrier_.waiting;
  thread.waits = true;
  warp_of(thread).at_block_barrier(thread.in_block % kWarpSize, true);
  settle(thread.in_block / kWarpSize);
  if (barrier_.waiting + barrier_.ended == threads_.size()) give_barrier_up();
  const std::uint64_t round = barrier_.round;
  while (barrier_.round == round) {
    if (barrier_.given_up || !interleaver_.block(&barrier_)) _longjmp(thread.unwind, 1);
  }
}

void DeviceRuntime::thread_ended(Thread& thread, bool by_itself) {
  values_.settle();
  release_locals(thread, 0);
  if (passed_last_ == interleaver_.current()) passed_last_ = kMainIndex;
  if (!program_->blocks()) return;
  thread.in_warp_call = false;
  warp_of(thread).leave(thread.in_block % kWarpSize);
  settle(thread.in_block / kWarpSize);
  ++barrier_.ended;
  if (barrier_.waiting == 0 || barrier_.waiting + barrier_.ended != threads_.size()) return;
  if (by_itself || running_launch().exceptions.empty()) {
    if (!interleaver_.unwinding()) give_barrier_up();
    return;
  }
  barrier_.given_up = true;  // without an exception: the threads wait for one that failed itself
  interleaver_.wake(&barrier_);
}

void DeviceRuntime::give_barrier_up() {
  barrier_.given_up = true;
  const auto waiting = std::find_if(threads_.begin(), threads_.end(), [](const Thread& t) { return t.waits; });
  if (running_launch().exceptions.empty()) {
    add_exception(
        *waiting, "BarrierDivergence",
        fmt::format("{}: __syncthreads() is waited at by {} of {} threads of the block, the others have ended "
                    "(block {}, thread {})",
                    place_of(site_of(waiting->barrier_site)), barrier_.waiting, threads_.size(), block_,
                    waiting->in_block),
        waiting->barrier_site);
  }
  interleaver_.wake(&barrier_);
}

void DeviceRuntime::add_exception(const Thread& thread, const char* type, std::string message, std::uint32_t site) {
  running_launch().exceptions.push_back(
      {static_cast<std::uint32_t>(thread.index), ++exceptions_, {type, std::move(message), site_of(site).function}});
}

}  // namespace straylane
