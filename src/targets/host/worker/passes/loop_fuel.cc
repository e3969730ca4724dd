#include "targets/host/worker/passes/loop_fuel.h"

#include <llvm/Analysis/CFG.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/Transforms/Utils/BasicBlockUtils.h>

#include "targets/host/worker/passes/runtime_calls.h"

namespace straylane {

using namespace llvm;

void loop_fuel_pass(Module& module) {
  IRBuilder<> at(module.getContext());
  const auto out_of_fuel = module.getOrInsertFunction(runtime_call::kOutOfFuel, at.getVoidTy());
  auto* fuel = cast<GlobalVariable>(module.getOrInsertGlobal(runtime_call::kFuel, at.getInt64Ty()));
  for (Function& function : module) {
    if (function.isDeclaration()) continue;
    SmallVector<std::pair<const BasicBlock*, const BasicBlock*>, 8> edges;
    FindFunctionBackedges(function, edges);
    SmallVector<BasicBlock*, 8> ends;
    for (const auto& edge : edges) {
      auto* end = const_cast<BasicBlock*>(edge.first);
      if (!is_contained(ends, end)) ends.push_back(end);
    }
    for (BasicBlock* end : ends) {
      at.SetInsertPoint(end->getTerminator());
      at.SetCurrentDebugLocation(DebugLoc());
      Value* left = at.CreateSub(at.CreateLoad(at.getInt64Ty(), fuel), at.getInt64(1));
      at.CreateStore(left, fuel);
      Value* used_up = at.CreateICmpSLT(left, at.getInt64(0));
      Instruction* then = SplitBlockAndInsertIfThen(used_up, end->getTerminator()->getIterator(), /*Unreachable=*/false);
      at.SetInsertPoint(then);
      at.CreateCall(out_of_fuel);
    }
  }
}

}  // namespace straylane
