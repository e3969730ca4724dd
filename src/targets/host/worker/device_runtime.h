#pragma once

#include <csetjmp>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "interleave/interleaver.h"
#include "order/race_detector.h"
#include "program/factory/device_call.h"
#include "targets/host/worker/access_text.h"
#include "targets/host/worker/device_program.h"
#include "targets/host/worker/value_log.h"
#include "targets/host/worker/warp_calls.h"
#include "targets/worker/protocol.h"
#include "targets/worker/site_table.h"

namespace straylane {

// What device code runs on. Its threads are threads of the interleaver. Device code calls the runtime at accesses and
// barriers, and when it needs local memory. There is one runtime per process, since device code finds it by its
// symbols.
//
// A case: (1) `begin_case` and `Interleaver::begin`, (2) `launch` for each launch, on `m`, (3) `Interleaver::drain`.
// Blocks run one after another. `m` starts all threads of a block, then waits for them. If a kernel's threads never
// wait for each other, they need no fibers under the default schedule, see Interleaver::run_in_turn.
//
// A thread that breaks a rule gets an exception, like a thread of the simulator. The rules: no access out of bounds, no
// read of memory that was never written, no data race, no divergence at a barrier, no wrong call of a warp function.
// The exception ends the thread. Device code has no destructors, so the thread is left with longjmp on its own stack.
class DeviceRuntime final : public Interleaver::Backend {
 public:
  using Launch = worker_protocol::WireRun::Launch;

  explicit DeviceRuntime(const SiteTable& sites);
  ~DeviceRuntime() override;

  Interleaver& interleaver() { return interleaver_; }
  // The outputs of the launches, in their order, without name and shape.
  const std::vector<Output>& outputs() const { return outputs_; }
  // Completes launches, outputs and events of the case, and moves them into `run`.
  void take_results(worker_protocol::WireRun& run);

  void begin_case(bool events = false);
  // Launches the program. Returns false if no further launch must be made, because a thread got an exception or the run
  // was given up.
  bool launch(DeviceProgram& program, const DeviceCall& call);

  // The functions and variables that device code is linked with, by the names in passes/runtime_calls.h.
  static std::vector<std::pair<std::string, void*>> symbols();

 private:
  struct Thread {
    std::int64_t index = 0;  // linear, over all blocks
    std::uint32_t in_block = 0;
    std::jmp_buf unwind;
    std::vector<Buffer*> locals;
    bool waits = false;         // for the barrier
    bool in_warp_call = false;  // waits for other lanes
    std::uint32_t barrier_site = 0;
  };
  struct Barrier {
    std::uint32_t waiting = 0;
    std::uint32_t ended = 0;  // threads that will never arrive
    std::uint64_t round = 0;
    bool given_up = false;
  };

  void on_switch(Fiber& from, Fiber& to) override;
  static void thread_main(void* argument);
  void run_thread(Thread& thread);
  // Returns false if the blocks after it must not run.
  bool run_block(std::int64_t block);
  void begin_block(std::int64_t block);
  // Runs the threads of the block as fibers. Returns false if the run was given up.
  bool run_interleaved(ThreadId first);
  // Makes this the thread whose device code runs.
  void enter(Thread& thread);

  Launch& running_launch() { return launches_.back(); }
  const Site& site_of(std::uint32_t site) const { return sites_.sites()[site]; }
  // Returns the buffer that a pointer was computed from, local to the thread or of the launch. Null if there is none.
  Buffer* buffer_of(const Thread& thread, const char* base);
  PendingEvent event_of(std::uint32_t site, const Buffer& buffer, std::size_t offset, Access access) const;
  // Checks an access of the running thread before device code makes it. `base`: the pointer that `address` was computed
  // from.
  void access(std::uint32_t site, char* base, char* address, std::uint64_t bytes, Access access);
  void note_first_after_guard(const Thread& thread, std::uint32_t site);
  // Gives the thread an exception and leaves it.
  [[noreturn]] void fail(Thread& thread, const char* type, std::string message, std::uint32_t site);
  std::string race_text(const RaceDetector::Race& race, const AccessPlace& later, std::uint32_t site,
                        const Buffer& buffer, std::size_t index) const;
  // Runs a warp function for the running thread and returns its result.
  std::uint64_t warp_call(const WarpCalls::Call& call);
  // Begins a warp function. Returns false if the thread got an exception. Does not leave the thread itself, because
  // longjmp would skip the destructor of the problem's text.
  bool arrive(const Thread& thread, const WarpCalls::Call& call);
  // Wakes the lanes whose warp has come together.
  void settle(std::uint32_t warp);
  WarpCalls& warp_of(const Thread& thread) { return warps_[thread.in_block / kWarpSize]; }
  void wait_at_barrier(std::uint32_t site);
  // Gives the run up, because the running thread has used up its fuel, and leaves the thread.
  void out_of_fuel();
  void thread_ended(Thread& thread, bool by_itself);
  // Ends a barrier that some threads wait at while all others have ended. The hardware may let them go on or hang, so
  // the barrier is divergent.
  void give_barrier_up();
  void add_exception(const Thread& thread, const char* type, std::string message, std::uint32_t site);
  void release_locals(Thread& thread, std::size_t keep);

  const SiteTable& sites_;
  Interleaver interleaver_{this};
  ValueLog values_{interleaver_};
  LocalMemory local_memory_;
  std::vector<Launch> launches_;
  std::vector<Output> outputs_;
  std::uint64_t exceptions_ = 0;

  // The running launch.
  DeviceProgram* program_ = nullptr;
  DeviceCall call_;
  std::vector<float> output_;  // with a gap on both sides
  Buffer output_buffer_;

  // The running block.
  std::vector<Thread> threads_;
  Thread* running_ = nullptr;  // the thread whose device code runs
  std::vector<Buffer*> buffers_;
  ThreadIndex block_first_ = 0;
  std::int64_t block_ = 0;
  Barrier barrier_;
  std::vector<WarpCalls> warps_;
  RaceDetector races_;
  ThreadIndex passed_last_ = kMainIndex;  // the thread that has passed the guard and met no yield point since
};

}  // namespace straylane
