#include <llvm/Passes/PassBuilder.h>

#include "targets/host/worker/passes/passes.h"

namespace straylane {

using namespace llvm;

// Runs a pipeline, which is written as for `opt -passes`.
static void run(Module& module, StringRef pipeline) {
  LoopAnalysisManager of_loops;  // the managers refer to each other, and may be destroyed in this order only
  FunctionAnalysisManager of_functions;
  CGSCCAnalysisManager of_calls;
  ModuleAnalysisManager of_modules;
  PassBuilder builder;
  builder.registerModuleAnalyses(of_modules);
  builder.registerCGSCCAnalyses(of_calls);
  builder.registerFunctionAnalyses(of_functions);
  builder.registerLoopAnalyses(of_loops);
  builder.crossRegisterProxies(of_loops, of_functions, of_calls, of_modules);
  ModulePassManager passes;
  cantFail(builder.parsePassPipeline(passes, pipeline));
  passes.run(module, of_modules);
}

void normalise(Module& module) { run(module, "always-inline,function(mem2reg)"); }

void optimise(Module& module) { run(module, "default<O1>"); }

}  // namespace straylane
