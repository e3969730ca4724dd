#include "targets/host/worker/device_program.h"

#include <llvm/Demangle/Demangle.h>
#include <llvm/IR/Module.h>

#include <cstring>

#include "program/factory/kernel_parts.h"
#include "targets/host/worker/optimise.h"
#include "targets/host/worker/passes/retarget.h"
#include "targets/host/worker/passes/runtime_calls.h"

namespace straylane {
namespace {

using namespace llvm;

// A variable as the source calls it: "tile", not "straylane_kernel()::tile".
std::string source_name(StringRef symbol) {
  const std::string full = demangle(symbol);
  const auto scope = full.rfind("::");
  return scope == std::string::npos ? full : full.substr(scope + 2);
}

struct Variable {
  std::string symbol;
  std::size_t bytes;
  Space space;
};

bool is_called(const Module& module, const char* name) {
  const Function* function = module.getFunction(name);
  return function != nullptr && !function->use_empty();
}

// The program's own variables, made visible by their symbols; its functions but the kernel become internal.
std::vector<Variable> expose_variables(Module& module) {
  std::vector<Variable> variables;
  for (Function& function : module) {
    if (!function.isDeclaration() && function.getName() != kKernelSymbol)
      function.setLinkage(GlobalValue::InternalLinkage);
  }
  for (GlobalVariable& variable : module.globals()) {
    if (variable.isDeclaration() || variable.getName().starts_with(runtime_call::kNamePrefix)) continue;
    if (!variable.hasName()) variable.setName("constant");
    variable.setLinkage(GlobalValue::ExternalLinkage);
    variables.push_back({variable.getName().str(),
                         module.getDataLayout().getTypeAllocSize(variable.getValueType()).getFixedValue(),
                         variable.hasMetadata(kSharedMetadata) ? Space::kShared : Space::kGlobal});
  }
  return variables;
}

}  // namespace

Expected<std::unique_ptr<DeviceProgram>> DeviceProgram::load(orc::LLJIT& jit, orc::ThreadSafeModule module,
                                                             const std::string& name) {
  bool blocks = false;
  const auto variables = module.withModuleDo([&blocks](Module& m) {
    auto exposed = expose_variables(m);
    blocks = is_called(m, runtime_call::kBarrier) || is_called(m, runtime_call::kWarp);
    optimise(m);
    return exposed;
  });
  auto library = jit.createJITDylib(name);
  if (!library) return library.takeError();
  library->addToLinkOrder(jit.getMainJITDylib());
  std::unique_ptr<DeviceProgram> program(new DeviceProgram(jit, *library));
  program->blocks_ = blocks;
  if (auto error = jit.addIRModule(*library, std::move(module))) return error;

  auto kernel = jit.lookup(*library, kKernelSymbol);
  if (!kernel) return kernel.takeError();
  program->kernel_ = kernel->toPtr<Kernel>();
  program->names_.reserve(variables.size());  // buffers point into it
  for (const Variable& variable : variables) {
    auto address = jit.lookup(*library, variable.symbol);
    if (!address) return address.takeError();
    const std::string& shown = program->names_.emplace_back(source_name(variable.symbol));
    program->buffers_.push_back(
        {.begin = address->toPtr<char*>(), .bytes = variable.bytes, .name = shown.c_str(), .space = variable.space});
    const Buffer& buffer = program->buffers_.back();
    if (buffer.space == Space::kShared) poison(buffer.begin, buffer.bytes);
    program->initial_.emplace_back(buffer.begin, buffer.space == Space::kGlobal ? buffer.bytes : 0);
  }
  return program;
}

DeviceProgram::~DeviceProgram() { consumeError(jit_.getExecutionSession().removeJITDylib(library_)); }

void DeviceProgram::reset_globals() {
  for (std::size_t i = 0; i < buffers_.size(); ++i) {
    buffers_[i].cells.forget();
    // Constants are in read-only memory, and as they were.
    if (std::memcmp(buffers_[i].begin, initial_[i].data(), initial_[i].size()) == 0) continue;
    std::memcpy(buffers_[i].begin, initial_[i].data(), initial_[i].size());
  }
}

void DeviceProgram::poison_shared() {
  for (Buffer& buffer : buffers_) {
    if (buffer.space != Space::kShared) continue;
    poison_again(buffer);
    buffer.cells.forget();
  }
}

}  // namespace straylane
