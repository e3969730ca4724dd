#include "target/host/worker/program_builder.h"

#include <llvm/Bitcode/BitcodeReader.h>
#include <llvm/Bitcode/BitcodeWriter.h>
#include <llvm/IR/Verifier.h>
#include <llvm/Linker/Linker.h>
#include <llvm/Support/TargetSelect.h>
#include <llvm/Support/raw_ostream.h>

#include <algorithm>

#include "target/host/worker/device_runtime.h"
#include "target/host/worker/optimise.h"
#include "target/host/worker/passes/coverage.h"
#include "target/host/worker/passes/guard_mark.h"
#include "target/host/worker/passes/local_memory.h"
#include "target/host/worker/passes/loop_fuel.h"
#include "target/host/worker/passes/memory_accesses.h"
#include "target/host/worker/passes/poison_registers.h"
#include "target/host/worker/passes/retarget.h"
#include "target/host/worker/passes/runtime_calls.h"

namespace straylane {
namespace {

using namespace llvm;

auto failed(llvm::Error error) { return tl::unexpected(toString(std::move(error))); }

// Device code finds it by its symbol, so there is one for each process, as there is one DeviceRuntime.
DeviceCoverage* coverage_of_process = nullptr;

void on_compare(std::uint32_t offset, std::uint64_t a, std::uint64_t b, std::uint32_t bits) {
  coverage_of_process->on_compare(offset, a, b, bits);
}

// A JIT whose programs see the runtime's functions and nothing else of this process.
llvm::Expected<std::unique_ptr<orc::LLJIT>> make_jit(DeviceCoverage* coverage) {
  InitializeNativeTarget();
  InitializeNativeTargetAsmPrinter();
  auto machine = orc::JITTargetMachineBuilder::detectHost();
  if (!machine) return machine.takeError();
  // A program is launched a few times and calls the runtime at every access: time spent on its machine code is lost.
  machine->setCodeGenOptLevel(CodeGenOptLevel::None);
  auto jit = orc::LLJITBuilder().setJITTargetMachineBuilder(std::move(*machine)).create();
  if (!jit) return jit.takeError();
  orc::SymbolMap symbols;
  auto known = DeviceRuntime::symbols();
  if (coverage != nullptr) {
    coverage_of_process = coverage;
    known.emplace_back(runtime_call::kCompare, reinterpret_cast<void*>(&on_compare));
    known.emplace_back(runtime_call::kEdgeCounters, coverage->edge_counters());
  }
  for (const auto& [name, address] : known) {
    symbols[(*jit)->mangleAndIntern(name)] = {orc::ExecutorAddr::fromPtr(address), JITSymbolFlags::Exported};
  }
  if (auto error = (*jit)->getMainJITDylib().define(orc::absoluteSymbols(std::move(symbols)))) return error;
  return jit;
}

}  // namespace

ProgramBuilder::Built<std::unique_ptr<ProgramBuilder>> ProgramBuilder::make(DeviceCompiler compiler,
                                                                            DeviceSource kernel, DeviceSource allocator,
                                                                            DeviceSites& sites,
                                                                            const Options& options) {
  std::unique_ptr<ProgramBuilder> builder(
      new ProgramBuilder(std::move(compiler), std::move(allocator), sites, options));
  auto jit = make_jit(options.coverage);
  if (!jit) return failed(jit.takeError());
  builder->jit_ = std::move(*jit);
  sites.add_source(kernel.name, kernel.text);
  sites.add_source(builder->allocator_.name, builder->allocator_.text);
  LLVMContext context;
  auto module = builder->compile(kernel, {}, context);
  if (!module) return tl::unexpected(module.error());
  raw_svector_ostream bitcode(builder->kernel_bitcode_);
  WriteBitcodeToFile(**module, bitcode);
  return builder;
}

ProgramBuilder::Built<std::unique_ptr<Module>> ProgramBuilder::compile(const DeviceSource& source,
                                                                       const std::vector<std::string>& defines,
                                                                       LLVMContext& context) {
  auto module = compiler_.compile(source, defines, context);
  if (!module) return tl::unexpected(to_string(module.error()));
  retarget(**module, *jit_);
  poison_registers_pass(**module);
  normalise(**module);
  local_memory_pass(**module);
  memory_accesses_pass(**module, sites_);
  guard_mark_pass(**module);
  if (options_.coverage != nullptr) coverage_pass(**module, *options_.coverage);
  loop_fuel_pass(**module);
  std::string problem;
  raw_string_ostream text(problem);
  if (verifyModule(**module, &text)) return tl::unexpected(source.name + " as we changed it is broken: " + problem);
  return std::move(*module);
}

ProgramBuilder::Built<std::unique_ptr<DeviceProgram>> ProgramBuilder::link(std::int64_t buffer_size) {
  auto context = std::make_unique<LLVMContext>();
  auto allocator = compile(allocator_, {"BUFFER_SIZE=" + std::to_string(buffer_size)}, *context);
  if (!allocator) return tl::unexpected(allocator.error());
  const StringRef bitcode(kernel_bitcode_.data(), kernel_bitcode_.size());
  auto program = parseBitcodeFile(MemoryBufferRef(bitcode, "kernel"), *context);
  if (!program) return failed(program.takeError());
  if (Linker::linkModules(**program, std::move(*allocator))) {
    return tl::unexpected<std::string>("kernel and allocator do not link");
  }
  auto loaded = DeviceProgram::load(*jit_, orc::ThreadSafeModule(std::move(*program), std::move(context)),
                                    "program" + std::to_string(programs_made_++));
  if (!loaded) return failed(loaded.takeError());
  return std::move(*loaded);
}

ProgramBuilder::Built<DeviceProgram*> ProgramBuilder::build(std::int64_t buffer_size) {
  const auto known = std::find_if(programs_.begin(), programs_.end(),
                                  [&](const auto& program) { return program.first == buffer_size; });
  if (known != programs_.end()) {
    programs_.splice(programs_.begin(), programs_, known);
    return programs_.front().second.get();
  }
  auto program = link(buffer_size);
  if (!program) return tl::unexpected(program.error());
  programs_.emplace_front(buffer_size, std::move(*program));
  if (programs_.size() > options_.programs_max) programs_.pop_back();
  return programs_.front().second.get();
}

}  // namespace straylane
