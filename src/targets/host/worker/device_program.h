#pragma once

#include <llvm/ExecutionEngine/Orc/LLJIT.h>

#include <memory>
#include <string>
#include <vector>

#include "targets/host/worker/buffer.h"

namespace straylane {

// A linked kernel in memory, ready to launch. The destructor unloads it.
class DeviceProgram {
 public:
  using Kernel = void (*)(float* output, int, int);  // see DeviceCall

  // Optimises and loads the linked module. Fails if it needs a symbol that is not defined.
  static llvm::Expected<std::unique_ptr<DeviceProgram>> load(llvm::orc::LLJIT& jit, llvm::orc::ThreadSafeModule module,
                                                             const std::string& name);
  ~DeviceProgram();
  DeviceProgram(const DeviceProgram&) = delete;
  DeviceProgram& operator=(const DeviceProgram&) = delete;

  Kernel kernel() const { return kernel_; }
  // True if its threads can wait for each other, at a barrier or in a warp function.
  bool blocks() const { return blocks_; }
  // Variables in global and shared memory.
  std::vector<Buffer>& buffers() { return buffers_; }
  // Gives variables in global memory their initial values, so that every launch is like one of a fresh build.
  void reset_globals();
  void poison_shared();

 private:
  DeviceProgram(llvm::orc::LLJIT& jit, llvm::orc::JITDylib& library) : jit_(jit), library_(library) {}

  llvm::orc::LLJIT& jit_;
  llvm::orc::JITDylib& library_;
  Kernel kernel_ = nullptr;
  bool blocks_ = false;
  std::vector<std::string> names_;
  std::vector<Buffer> buffers_;
  std::vector<std::string> initial_;  // initial bytes of `buffers_`, empty unless in global memory
};

}  // namespace straylane
