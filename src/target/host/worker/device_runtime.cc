#include "target/host/worker/device_runtime.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "target/host/worker/passes/memory_accesses.h"
#include "target/host/worker/passes/runtime_calls.h"

namespace straylane {
namespace {

constexpr std::size_t kOutputGap = 1024;  // floats on either side of the output
constexpr float kGapValue = -1.0F;

struct Index3 {
  std::uint32_t x, y, z;
};
// As the prelude declares it. Read by device code, so it is the one global that is no member.
struct Indexes {
  Index3 thread, block, block_dim, grid_dim;
} device_indexes;

DeviceRuntime* instance = nullptr;

const char* verb(std::uint32_t access) {
  switch (static_cast<Access>(access)) {
    case Access::kRead:
      return "read";
    case Access::kWrite:
      return "write";
    case Access::kAtomic:
      return "atomic access";
  }
  return "access";
}

std::string place(const Site& site) { return fmt::format("{}:{}", site.file, site.line); }

}  // namespace

DeviceRuntime::DeviceRuntime(const SiteTable& sites) : sites_(sites) { instance = this; }

DeviceRuntime::~DeviceRuntime() { instance = nullptr; }

std::vector<std::pair<std::string, void*>> DeviceRuntime::symbols() {
  return {{runtime_call::kAccess, reinterpret_cast<void*>(&on_access)},
          {runtime_call::kBarrier, reinterpret_cast<void*>(&on_barrier)},
          {runtime_call::kLocal, reinterpret_cast<void*>(&on_local)},
          {runtime_call::kLocalEnd, reinterpret_cast<void*>(&on_local_end)},
          {runtime_call::kPassedGuard, reinterpret_cast<void*>(&on_passed_guard)},
          {runtime_call::kIndexes, &device_indexes},
          {"memset", reinterpret_cast<void*>(&std::memset)},  // what the optimiser makes of loops
          {"memcpy", reinterpret_cast<void*>(&std::memcpy)},
          {"memmove", reinterpret_cast<void*>(&std::memmove)}};
}

void DeviceRuntime::begin_case() {
  launches_.clear();
  exceptions_ = 0;
  block_first_ = 0;
  passed_last_ = kMainIndex;
}

bool DeviceRuntime::launch(DeviceProgram& program, const Settings& settings) {
  launches_.emplace_back();
  program_ = &program;
  settings_ = settings;
  program.reset_globals();
  const auto size = static_cast<std::size_t>(settings.array_size);
  output_.assign(size + 2 * kOutputGap, kGapValue);
  std::fill_n(output_.begin() + kOutputGap, size, 0.0F);
  output_buffer_ = {.begin = reinterpret_cast<char*>(output_.data() + kOutputGap),
                    .bytes = size * sizeof(float),
                    .name = "output",
                    .space = Space::kGlobal};
  buffers_.assign(1, &output_buffer_);
  for (Buffer& buffer : program.buffers()) buffers_.push_back(&buffer);

  bool going_on = true;
  for (std::int64_t block = 0; block < settings.blocks() && going_on; ++block) going_on = run_block(block);

  auto& observed = running_launch();
  observed.output.assign(output_buffer_.begin, output_buffer_.end());
  if (!observed.exceptions.empty()) observed.raised = observed.exceptions.front().thrown;
  const auto in_gap = [](float value) { return value == kGapValue; };
  if (!observed.raised && !(std::all_of(output_.begin(), output_.begin() + kOutputGap, in_gap) &&
                            std::all_of(output_.end() - kOutputGap, output_.end(), in_gap))) {
    observed.raised = ThrownException{"OutOfBounds", "memory beside the output was changed", ""};
  }
  return !observed.raised && !interleaver_.unwinding();
}

// False where the blocks behind it must not run.
bool DeviceRuntime::run_block(std::int64_t block) {
  const auto size = static_cast<std::uint32_t>(settings_.block_size);
  const auto launch = static_cast<std::int32_t>(launches_.size() - 1);
  program_->poison_shared();
  barrier_ = {};
  block_ = block;
  threads_.resize(size);
  auto& passed = running_launch().passed_guard;
  for (std::uint32_t i = 0; i < size; ++i) {
    Thread& thread = threads_[i];
    thread.index = block * size + i;
    thread.in_block = i;
    thread.waits = false;
    passed.push_back(0);
    const ThreadIndex started =
        interleaver_.spawn({launch, static_cast<std::int32_t>(thread.index)}, &thread_main, &thread);
    if (i == 0) block_first_ = started;
  }
  for (std::uint32_t i = 0; i < size; ++i) {
    const ThreadIndex thread = block_first_ + i;
    while (!interleaver_.ended(thread)) {
      if (!interleaver_.block(Interleaver::end_of(thread))) {
        interleaver_.drain();  // the threads are on their way out; their block must outlive them
        return false;
      }
    }
  }
  return running_launch().exceptions.empty();
}

void DeviceRuntime::thread_main(void* argument) {
  auto& thread = *static_cast<Thread*>(argument);
  instance->run_thread(thread);
  instance->interleaver_.at_site(0);
}

// setjmp stands in a function without variables of its own: they would be lost.
void DeviceRuntime::run_thread(Thread& thread) {
  set_indexes(thread);
  if (_setjmp(thread.unwind) == 0) {
    program_->kernel()(reinterpret_cast<float*>(output_buffer_.begin), static_cast<int>(settings_.array_size),
                       static_cast<int>(settings_.n_threads));
    thread_ended(current(), true);
  } else {
    thread_ended(current(), false);
  }
}

void DeviceRuntime::on_switch(Fiber&, Fiber&) {
  if (interleaver_.current() != kMainIndex) set_indexes(current());
}

void DeviceRuntime::set_indexes(const Thread& thread) {
  device_indexes = {{thread.in_block, 0, 0},
                    {static_cast<std::uint32_t>(block_), 0, 0},
                    {static_cast<std::uint32_t>(settings_.block_size), 1, 1},
                    {static_cast<std::uint32_t>(settings_.blocks()), 1, 1}};
}

void DeviceRuntime::on_access(std::uint32_t site, char* base, char* address, std::uint64_t bytes,
                              std::uint32_t access) {
  instance->access(site, base, address, bytes, access);
}
void DeviceRuntime::on_barrier(std::uint32_t site) { instance->wait_at_barrier(site); }

char* DeviceRuntime::on_local(std::uint64_t bytes, const char* name) {
  Thread& thread = instance->current();
  thread.locals.push_back(instance->local_memory_.acquire(bytes, name));
  return thread.locals.back()->begin;
}

void DeviceRuntime::on_local_end(std::uint32_t count) {
  Thread& thread = instance->current();
  instance->release_locals(thread, thread.locals.size() - count);
}

void DeviceRuntime::on_passed_guard() {
  instance->running_launch().passed_guard[static_cast<std::size_t>(instance->current().index)] = 1;
  instance->passed_last_ = instance->interleaver_.current();
}

void DeviceRuntime::release_locals(Thread& thread, std::size_t keep) {
  for (; thread.locals.size() > keep; thread.locals.pop_back()) local_memory_.release(thread.locals.back());
}

Buffer* DeviceRuntime::buffer_of(Thread& thread, const char* base) {
  for (auto local = thread.locals.rbegin(); local != thread.locals.rend(); ++local) {
    if ((*local)->has(base, 0)) return *local;  // the end belongs to it: there is a gap behind
  }
  for (Buffer* buffer : buffers_) {
    if (buffer->has(base, 1)) return buffer;
  }
  for (Buffer* buffer : buffers_) {  // a pointer one past the end, unless another buffer begins there
    if (buffer->has(base, 0)) return buffer;
  }
  return nullptr;
}

void DeviceRuntime::access(std::uint32_t site, char* base, char* address, std::uint64_t bytes, std::uint32_t access) {
  Thread& thread = current();
  Buffer* buffer = buffer_of(thread, base);
  if (buffer == nullptr || !buffer->has(address, bytes)) {
    add_exception(thread, "OutOfBounds", out_of_bounds(thread, site, buffer, address, bytes, access), site);
    _longjmp(thread.unwind, 1);
  }
  if (buffer->space == Space::kLocal) {  // nobody else sees it
    if (static_cast<Access>(access) == Access::kRead) return;
    const auto from = static_cast<std::size_t>(address - buffer->begin);
    buffer->written_from = std::min(buffer->written_from, from);
    buffer->written_to = std::max(buffer->written_to, from + bytes);
    return;
  }
  if (passed_last_ == interleaver_.current()) {
    running_launch().after_guard.push_back(static_cast<std::uint32_t>(thread.index));
    running_launch().after_guard.push_back(site);
    passed_last_ = kMainIndex;
  }
  if (!interleaver_.yield_point(site)) _longjmp(thread.unwind, 1);
}

std::string DeviceRuntime::out_of_bounds(const Thread& thread, std::uint32_t site, const Buffer* buffer,
                                         const char* address, std::uint64_t bytes, std::uint32_t access) const {
  const std::string where = place(sites_.sites()[site]);
  const std::string who = fmt::format("(block {}, thread {})", block_, thread.in_block);
  if (buffer == nullptr) {
    return fmt::format("{}: {} of {} bytes at an address that is in no buffer of this thread {}", where, verb(access),
                       bytes, who);
  }
  const auto size = static_cast<std::ptrdiff_t>(std::max<std::uint64_t>(bytes, 1));
  std::ptrdiff_t index = (address - buffer->begin) / size;
  if ((address - buffer->begin) % size < 0) --index;
  return fmt::format("{}: {} of {} bytes at index {} of {} buffer \"{}\", which has {} elements {}", where,
                     verb(access), bytes, index, to_string(buffer->space), buffer->name,
                     buffer->bytes / static_cast<std::size_t>(size), who);
}

void DeviceRuntime::wait_at_barrier(std::uint32_t site) {
  Thread& thread = current();
  interleaver_.at_site(site);
  if (barrier_.given_up) _longjmp(thread.unwind, 1);
  thread.barrier_site = site;
  if (barrier_.waiting + 1 == threads_.size()) {
    barrier_.waiting = 0;
    ++barrier_.round;
    for (Thread& other : threads_) other.waits = false;
    interleaver_.wake(&barrier_);
    return;
  }
  ++barrier_.waiting;
  thread.waits = true;
  if (barrier_.waiting + barrier_.ended == threads_.size()) give_barrier_up();
  const std::uint64_t round = barrier_.round;
  while (barrier_.round == round) {
    if (barrier_.given_up || !interleaver_.block(&barrier_)) _longjmp(thread.unwind, 1);
  }
}

void DeviceRuntime::thread_ended(Thread& thread, bool by_itself) {
  release_locals(thread, 0);
  if (passed_last_ == interleaver_.current()) passed_last_ = kMainIndex;
  ++barrier_.ended;
  if (barrier_.waiting == 0 || barrier_.waiting + barrier_.ended != threads_.size()) return;
  if (by_itself || running_launch().exceptions.empty()) {
    if (!interleaver_.unwinding()) give_barrier_up();
    return;
  }
  barrier_.given_up = true;  // for want of a thread that failed: no failure of those that wait for it
  interleaver_.wake(&barrier_);
}

// Some threads wait and all others have ended. The hardware may let them go on or hang: the barrier is divergent.
void DeviceRuntime::give_barrier_up() {
  barrier_.given_up = true;
  const auto waiting = std::find_if(threads_.begin(), threads_.end(), [](const Thread& t) { return t.waits; });
  if (running_launch().exceptions.empty()) {
    add_exception(
        *waiting, "BarrierDivergence",
        fmt::format("{}: __syncthreads() is waited at by {} of {} threads of the block, the others have ended "
                    "(block {}, thread {})",
                    place(sites_.sites()[waiting->barrier_site]), barrier_.waiting, threads_.size(), block_,
                    waiting->in_block),
        waiting->barrier_site);
  }
  interleaver_.wake(&barrier_);
}

void DeviceRuntime::add_exception(const Thread& thread, const char* type, std::string message, std::uint32_t site) {
  running_launch().exceptions.push_back({static_cast<std::uint32_t>(thread.index),
                                         ++exceptions_,
                                         {type, std::move(message), sites_.sites()[site].function}});
}

}  // namespace straylane
