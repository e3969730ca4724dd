#include "targets/host/worker/optimise.h"

#include <llvm/Passes/PassBuilder.h>
#include <llvm/Transforms/IPO/AlwaysInliner.h>
#include <llvm/Transforms/Utils/Mem2Reg.h>

namespace straylane {
namespace {

using namespace llvm;

// The analyses that passes share, in the order in which they may be destroyed.
struct Analyses {
  LoopAnalysisManager loop;
  FunctionAnalysisManager function;
  CGSCCAnalysisManager call_graph;
  ModuleAnalysisManager module;
  PassBuilder builder;

  Analyses() {
    builder.registerModuleAnalyses(module);
    builder.registerCGSCCAnalyses(call_graph);
    builder.registerFunctionAnalyses(function);
    builder.registerLoopAnalyses(loop);
    builder.crossRegisterProxies(loop, function, call_graph, module);
  }
};

}  // namespace

void normalise(Module& module) {
  Analyses analyses;
  ModulePassManager passes;
  passes.addPass(AlwaysInlinerPass());
  passes.addPass(createModuleToFunctionPassAdaptor(PromotePass()));
  passes.run(module, analyses.module);
}

void optimise(Module& module) {
  Analyses analyses;
  analyses.builder.buildPerModuleDefaultPipeline(OptimizationLevel::O1).run(module, analyses.module);
}

}  // namespace straylane
