#pragma once

#include <csetjmp>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "interleave/interleaver.h"
#include "order/race_detector.h"
#include "program/factory/device_call.h"
#include "targets/host/worker/buffer.h"
#include "targets/host/worker/device_program.h"
#include "targets/host/worker/local_memory.h"
#include "targets/host/worker/value_log.h"
#include "targets/host/worker/warp_calls.h"
#include "targets/worker/protocol.h"
#include "targets/worker/site_table.h"

namespace straylane {

// What device code runs on: its threads are those of the interleaver, and it calls back at accesses, barriers and where
// it needs local memory. One per process, since device code finds it by its symbols.
//
// A case: (1) `begin_case` and `Interleaver::begin`, (2) `launch` for each launch, on `m`, (3) `Interleaver::drain`.
// Blocks run one after another; `m` starts all threads of a block, then waits for them. Threads of a kernel that never
// waits need no fibers under the default schedule, see Interleaver::run_in_turn.
//
// A thread that breaks a rule (an access out of bounds, of memory that was never written, or in a data race; a divergent
// barrier; a wrong call of a warp function) gets an exception, as one of the simulator would, and
// ends there. Device code has no destructors, so it is left with longjmp, on its own stack.
class DeviceRuntime final : public Interleaver::Backend {
 public:
  explicit DeviceRuntime(const SiteTable& sites);
  ~DeviceRuntime() override;

  Interleaver& interleaver() { return interleaver_; }
  const std::vector<worker_protocol::WireRun::Launch>& launches() const { return launches_; }
  // What the launches left, in their order; without name and shape.
  const std::vector<Output>& outputs() const { return outputs_; }
  // Moves launches, outputs and events of the case, complete, into `run`.
  void take_results(worker_protocol::WireRun& run);

  void begin_case(bool events = false);
  // False where later launches must not be made: a thread got an exception, or the run was given up.
  bool launch(DeviceProgram& program, const DeviceCall& call);

  // The functions and variables that device code is linked with; their names are those of passes/runtime_calls.h.
  static std::vector<std::pair<std::string, void*>> symbols();

 private:
  struct Thread {
    std::int64_t index = 0;  // linear, over all blocks
    std::uint32_t in_block = 0;
    std::jmp_buf unwind;
    std::vector<Buffer*> locals;
    bool waits = false;         // at the barrier
    bool in_warp_call = false;  // waits for other lanes
    std::uint32_t barrier_site = 0;
  };
  struct Barrier {
    std::uint32_t waiting = 0;
    std::uint32_t ended = 0;  // threads that will never come
    std::uint64_t round = 0;
    bool given_up = false;
  };

  // Called by device code; see runtime_calls.h.
  static void on_access(std::uint32_t site, char* base, char* address, std::uint64_t bytes, std::uint32_t access);
  static void on_barrier(std::uint32_t site);
  static char* on_local(std::uint64_t bytes, const char* name);
  static void on_local_end(std::uint32_t count);
  static void on_passed_guard();
  static std::uint64_t on_warp(std::uint32_t site, std::uint32_t function, std::uint32_t mask, std::uint64_t value,
                               std::int32_t lane, std::int32_t width);
  static void on_out_of_fuel();

  void on_switch(Fiber& from, Fiber& to) override;
  static void thread_main(void* argument);
  void run_thread(Thread& thread);
  bool run_block(std::int64_t block);
  void begin_block(std::int64_t block);
  bool run_interleaved(ThreadId first);  // the threads of the block; false where the run was given up
  void enter(Thread& thread);            // it is now the one that runs

  worker_protocol::WireRun::Launch& running_launch() { return launches_.back(); }
  // The buffer that a pointer was made from: local to the thread, or of the launch. Null where it is none.
  Buffer* buffer_of(const Thread& thread, const char* base);
  PendingEvent event_of(std::uint32_t site, const Buffer& buffer, std::size_t offset, Access access) const;
  void access(std::uint32_t site, char* base, char* address, std::uint64_t bytes, Access access);
  void note_first_after_guard(const Thread& thread, std::uint32_t site);
  // The thread gets an exception and is left.
  [[noreturn]] void fail(Thread& thread, const char* type, std::string message, std::uint32_t site);
  std::string race_text(const RaceDetector::Race& race, const Thread& thread, std::uint32_t site, const Buffer& buffer,
                        std::size_t index, Access access) const;
  std::uint64_t warp_call(const WarpCalls::Call& call);
  bool arrive(const Thread& thread, const WarpCalls::Call& call);
  void settle(std::uint32_t warp);
  WarpCalls& warp_of(const Thread& thread) { return warps_[thread.in_block / kWarpSize]; }
  void wait_at_barrier(std::uint32_t site);
  void thread_ended(Thread& thread, bool by_itself);
  void give_barrier_up();
  void add_exception(const Thread& thread, const char* type, std::string message, std::uint32_t site);
  void release_locals(Thread& thread, std::size_t keep);

  const SiteTable& sites_;
  Interleaver interleaver_{this};
  ValueLog values_{interleaver_};
  LocalMemory local_memory_;
  std::vector<worker_protocol::WireRun::Launch> launches_;
  std::vector<Output> outputs_;
  std::uint64_t exceptions_ = 0;

  // The running launch.
  DeviceProgram* program_ = nullptr;
  DeviceCall call_;
  std::vector<float> output_;  // with a gap on either side
  Buffer output_buffer_;

  // The running block.
  std::vector<Thread> threads_;
  Thread* running_ = nullptr;  // whose device code runs
  std::vector<Buffer*> buffers_;
  ThreadIndex block_first_ = 0;
  std::int64_t block_ = 0;
  Barrier barrier_;
  std::vector<WarpCalls> warps_;
  RaceDetector races_;
  ThreadIndex passed_last_ = kMainIndex;  // passed the guard and has not met a yield point since
};

}  // namespace straylane
