#include "targets/host/worker/device_program.h"

#include <llvm/Demangle/Demangle.h>
#include <llvm/IR/Module.h>

#include <cstring>

#include "program/factory/device_call.h"
#include "targets/host/worker/passes/passes.h"
#include "targets/host/worker/passes/runtime_calls.h"

namespace straylane {
namespace {

using namespace llvm;

// The name of a variable in the source: "tile", not "straylane_kernel()::tile".
std::string source_name(StringRef symbol) {
  const std::string full = demangle(symbol);
  const auto scope = full.rfind("::");
  return scope == std::string::npos ? full : full.substr(scope + 2);
}

bool is_called(const Module& module, const char* name) {
  const Function* function = module.getFunction(name);
  return function != nullptr && !function->use_empty();
}

// Exports the program's own variables, so that they can be found by their symbols, and makes every function but the
// kernel internal. Returns the symbols. Adds a buffer for each, which has only its size and space.
std::vector<std::string> expose_variables(Module& module, std::vector<Buffer>& buffers) {
  for (Function& function : module) {
    if (function.isDeclaration() || function.getName() == kKernelSymbol) continue;
    function.setLinkage(GlobalValue::InternalLinkage);
  }
  std::vector<std::string> symbols;
  for (GlobalVariable& variable : module.globals()) {
    if (variable.isDeclaration() || variable.getName().starts_with(runtime_call::kNamePrefix)) continue;
    if (!variable.hasName()) variable.setName("constant");
    variable.setLinkage(GlobalValue::ExternalLinkage);
    symbols.push_back(variable.getName().str());
    buffers.push_back({.bytes = module.getDataLayout().getTypeAllocSize(variable.getValueType()).getFixedValue(),
                       .space = variable.hasMetadata(kSharedMetadata) ? Space::kShared : Space::kGlobal});
  }
  return symbols;
}

}  // namespace

llvm::Expected<std::unique_ptr<DeviceProgram>> DeviceProgram::load(orc::LLJIT& jit, orc::ThreadSafeModule module,
                                                                   const std::string& name) {
  auto library = jit.createJITDylib(name);
  if (!library) return library.takeError();
  library->addToLinkOrder(jit.getMainJITDylib());
  std::unique_ptr<DeviceProgram> program(new DeviceProgram(jit, *library));
  const auto symbols = module.withModuleDo([&program](Module& m) {
    auto exposed = expose_variables(m, program->buffers_);
    program->blocks_ = is_called(m, runtime_call::kBarrier) || is_called(m, runtime_call::kWarp);
    optimise(m);
    return exposed;
  });
  if (auto error = jit.addIRModule(*library, std::move(module))) return error;

  auto kernel = jit.lookup(*library, kKernelSymbol);
  if (!kernel) return kernel.takeError();
  program->kernel_ = kernel->toPtr<Kernel>();
  program->names_.reserve(symbols.size());  // because buffers point into it
  for (std::size_t i = 0; i < symbols.size(); ++i) {
    auto address = jit.lookup(*library, symbols[i]);
    if (!address) return address.takeError();
    Buffer& buffer = program->buffers_[i];
    buffer.begin = address->toPtr<char*>();
    buffer.name = program->names_.emplace_back(source_name(symbols[i])).c_str();
    if (buffer.space == Space::kShared) poison(buffer.begin, buffer.bytes);
    program->initial_.emplace_back(buffer.begin, buffer.space == Space::kGlobal ? buffer.bytes : 0);
  }
  return program;
}

DeviceProgram::~DeviceProgram() { consumeError(jit_.getExecutionSession().removeJITDylib(library_)); }

void DeviceProgram::reset_globals() {
  for (std::size_t i = 0; i < buffers_.size(); ++i) {
    buffers_[i].cells.forget();
    // Constants are in read-only memory and never differ, so they are not written.
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
