#include "targets/host/worker/program_builder.h"

#include <fmt/format.h>
#include <llvm/Bitcode/BitcodeReader.h>
#include <llvm/Bitcode/BitcodeWriter.h>
#include <llvm/Demangle/Demangle.h>
#include <llvm/ExecutionEngine/Orc/JITTargetMachineBuilder.h>
#include <llvm/IR/Metadata.h>
#include <llvm/IR/Verifier.h>
#include <llvm/Linker/Linker.h>
#include <llvm/Support/TargetSelect.h>
#include <llvm/Support/raw_ostream.h>

#include <algorithm>
#include <stdexcept>

#include "program/factory/device_call.h"
#include "targets/host/worker/device_runtime.h"
#include "targets/host/worker/passes/passes.h"
#include "targets/host/worker/passes/runtime_calls.h"

namespace straylane {
namespace {

using namespace llvm;

tl::unexpected<BuildError> failed(LinkError::Kind kind, std::string symbol, std::string source,
                                  std::string detail = "") {
  return tl::unexpected<BuildError>(LinkError{kind, std::move(symbol), std::move(source), std::move(detail)});
}

// There is one per process, like the DeviceRuntime, because device code finds it by its symbol.
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
  // A program is launched a few times and calls the runtime at every access, so good machine code is not worth the
  // time. With None, a thread that calls itself without end would return.
  machine->setCodeGenOptLevel(CodeGenOptLevel::Less);
  // Device code has no initialisers and no exceptions, so it needs no platform.
  auto jit = orc::LLJITBuilder()
                 .setJITTargetMachineBuilder(std::move(*machine))
                 .setLinkProcessSymbolsByDefault(false)
                 .setPlatformSetUp(orc::setUpInactivePlatform)
                 .create();
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

bool is_of_runtime(StringRef symbol) {
  if (symbol == runtime_call::kCompare || symbol == runtime_call::kEdgeCounters) return true;
  static const auto symbols = DeviceRuntime::symbols();
  return std::any_of(symbols.begin(), symbols.end(), [&](const auto& known) { return known.first == symbol; });
}

void list_symbols(const Module& module, DeviceUnit& unit) {
  for (const GlobalValue& value : module.global_values()) {
    const std::string name = value.getName().str();
    if (value.isDeclaration()) {
      const bool intrinsic = isa<Function>(value) && cast<Function>(value).isIntrinsic();
      if (!value.use_empty() && !intrinsic && !is_of_runtime(name)) unit.needs.insert(name);
    } else if (value.hasExternalLinkage()) {
      unit.defines.insert(name);
    }
  }
  unit.has_kernel = unit.defines.contains(kKernelSymbol);
  unit.has_allocator = unit.defines.contains(kAllocatorSymbol);
  unit.calls_allocator = unit.needs.contains(kAllocatorSymbol);
}

bool fits(const FunctionType& type, std::string_view parameters) {
  if (!type.getReturnType()->isVoidTy() || type.isVarArg() || type.getNumParams() != parameters.size()) return false;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const Type* parameter = type.getParamType(static_cast<unsigned>(i));
    if (parameters[i] == 'p' ? !parameter->isPointerTy() : !parameter->isIntegerTy(32)) return false;
  }
  return true;
}

bool is_kernel(const Function& function) {
  if (function.getCallingConv() == CallingConv::PTX_Kernel) return true;
  const auto* annotations = function.getParent()->getNamedMetadata("nvvm.annotations");
  if (annotations == nullptr) return false;
  for (const MDNode* node : annotations->operands()) {
    const auto* value = dyn_cast_or_null<ValueAsMetadata>(node->getOperand(0).get());
    if (value == nullptr || value->getValue() != &function) continue;
    for (unsigned i = 1; i < node->getNumOperands(); ++i) {
      const auto* name = dyn_cast_or_null<MDString>(node->getOperand(i).get());
      if (name != nullptr && name->getString() == "kernel") return true;
    }
  }
  return false;
}

// Finds a function of `module` that has a name of the contract (device_call.h) and breaks it: it has other parameters,
// is no __global__ function, or lacks extern "C". That a pointer is one to floats, only the front end can see, and only
// if the source includes kernel_abi.cuh.
ProgramBuilder::Built<void> check_contract(const Module& module, const std::string& source) {
  for (const Function& function : module) {
    if (function.isIntrinsic()) continue;
    const StringRef symbol = function.getName();
    // "straylane_kernel(float*, int, int)" for a function without extern "C"
    const std::string name = demangle(symbol);
    for (const KernelPart& part : kKernelParts) {
      const bool defined = !function.isDeclaration();
      const bool mangled = defined && symbol != part.symbol && name.substr(0, name.find('(')) == part.symbol;
      const bool differs = symbol == part.symbol && (!fits(*function.getFunctionType(), part.parameters) ||
                                                     (defined && part.kernel != is_kernel(function)));
      if (mangled || differs) {
        return failed(LinkError::Kind::kWrongSignature, part.symbol, source,
                      fmt::format("must be {}", part.declaration));
      }
    }
  }
  return {};
}

// Checks that the units of one program define no symbol twice and need none that is not defined.
ProgramBuilder::Built<void> check_symbols(const ProgramUnits& units) {
  std::set<std::string> defined;
  for (const SharedUnit& unit : units) {
    for (const std::string& symbol : unit->defines) {
      if (!defined.insert(symbol).second) {
        return failed(LinkError::Kind::kDuplicateSymbol, demangle(symbol), unit->source,
                      "another part of the program defines it too");
      }
    }
  }
  for (const SharedUnit& unit : units) {
    for (const std::string& symbol : unit->needs) {
      if (!defined.contains(symbol)) return failed(LinkError::Kind::kUnresolvedSymbol, demangle(symbol), unit->source);
    }
  }
  return {};
}

// Adds an error of the loader to `link`: missing symbols by name, anything else as text.
void take_apart(llvm::Error error, LinkError& link) {
  error = handleErrors(std::move(error), [&link](orc::SymbolsNotFound& missing) {
    link.kind = LinkError::Kind::kUnresolvedSymbol;
    for (const auto& symbol : missing.getSymbols()) {
      link.symbol += (link.symbol.empty() ? "" : ", ") + demangle((*symbol).str());
    }
  });
  if (error) link.detail += (link.detail.empty() ? "" : ", ") + toString(std::move(error));
}

}  // namespace

ProgramBuilder::ProgramBuilder(DeviceCompiler compiler, DeviceSites& sites, const Options& options)
    : compiler_(std::move(compiler)),
      sites_(sites),
      coverage_(options.coverage),
      units_(options.units_max),
      idle_(options.idle_programs_max) {
  auto jit = make_jit(coverage_);
  if (!jit) throw std::runtime_error(toString(jit.takeError()));
  jit_ = std::move(*jit);
  // The JIT gives the reason to this reporter. The lookup itself only says that there was an error.
  jit_->getExecutionSession().setErrorReporter(
      [this](llvm::Error error) { take_apart(std::move(error), load_error_); });
}

ProgramBuilder::Built<SharedUnit> ProgramBuilder::unit(const SharedSource& source, const Define& define) {
  UnitKey<const SharedSource&> key{source, std::nullopt};
  if (const auto known = units_.find(key)) return known->unit;
  key.define = define;
  if (const auto known = units_.find(key)) return known->unit;
  auto compiled = compile(*source, define);
  if (!compiled) return tl::unexpected(compiled.error());
  if (!compiled->uses_define) key.define.reset();
  units_.put({{source, key.define}, *compiled});
  return compiled->unit;
}

ProgramBuilder::Built<ProgramBuilder::CachedUnit> ProgramBuilder::compile(const DeviceSource& source,
                                                                          const Define& define) {
  ++compilations_;
  sites_.add_source(source.path, source.name, source.text);
  LLVMContext context;
  auto compiled = compiler_.compile(source, define, context);
  if (!compiled) return tl::unexpected<BuildError>(CompileError{compiled.error()});
  Module& module = *compiled->module;
  if (auto ok = check_contract(module, source.path); !ok) return tl::unexpected(ok.error());
  retarget(module, *jit_);
  poison_registers_pass(module);
  normalise(module);
  local_memory_pass(module);
  memory_accesses_pass(module, sites_);
  guard_mark_pass(module);
  if (coverage_ != nullptr) coverage_pass(module, *coverage_);
  loop_fuel_pass(module);
  std::string problem;
  raw_string_ostream text(problem);
  if (verifyModule(module, &text)) {
    return failed(LinkError::Kind::kInternal, "", source.path, "as we changed it, it is broken: " + problem);
  }
  auto unit = std::make_shared<DeviceUnit>();
  unit->source = source.path;
  list_symbols(module, *unit);
  raw_svector_ostream bitcode(unit->bitcode);
  WriteBitcodeToFile(module, bitcode);
  return CachedUnit{std::move(unit), compiled->uses_define};
}

ProgramBuilder::Built<std::unique_ptr<DeviceProgram>> ProgramBuilder::load(const ProgramUnits& units) {
  if (auto ok = check_symbols(units); !ok) return tl::unexpected(ok.error());
  auto context = std::make_unique<LLVMContext>();
  std::unique_ptr<Module> program;
  for (const SharedUnit& unit : units) {
    const StringRef bitcode(unit->bitcode.data(), unit->bitcode.size());
    auto module = parseBitcodeFile(MemoryBufferRef(bitcode, unit->source), *context);
    if (!module) return failed(LinkError::Kind::kInternal, "", unit->source, toString(module.takeError()));
    if (program == nullptr) {
      program = std::move(*module);
    } else if (Linker::linkModules(*program, std::move(*module))) {
      return failed(LinkError::Kind::kInternal, "", unit->source, "does not link");
    }
  }
  load_error_ = {LinkError::Kind::kInternal, "", units.front()->source, ""};
  auto loaded = DeviceProgram::load(*jit_, orc::ThreadSafeModule(std::move(program), std::move(context)),
                                    "program" + std::to_string(programs_made_++));
  if (loaded) return std::move(*loaded);
  // A symbol that only code generation needs, such as a math function, is found missing here at the earliest.
  if (load_error_.kind == LinkError::Kind::kInternal) {
    take_apart(loaded.takeError(), load_error_);
  } else {
    consumeError(loaded.takeError());
    load_error_.detail.clear();
  }
  return tl::unexpected<BuildError>(load_error_);
}

ProgramBuilder::Built<LentProgram> ProgramBuilder::acquire(ProgramUnits units) {
  auto idle = idle_.take(units);
  if (idle) {
    idle.value()->reset_globals();
    return idle;
  }
  auto loaded = load(units);
  if (!loaded) return tl::unexpected(loaded.error());
  return LentProgram(std::move(units), std::move(*loaded));
}

}  // namespace straylane
