#include "targets/host/worker/passes/guard_mark.h"

#include <llvm/IR/IRBuilder.h>

#include "program/factory/kernel_parts.h"
#include "targets/host/worker/passes/runtime_calls.h"

namespace straylane {

void guard_mark_pass(llvm::Module& module) {
  llvm::Function* allocator = module.getFunction(kAllocatorSymbol);
  if (allocator == nullptr || allocator->isDeclaration()) return;
  llvm::IRBuilder<> at(&*allocator->getEntryBlock().getFirstInsertionPt());
  at.SetCurrentDebugLocation(llvm::DebugLoc());
  at.CreateCall(module.getOrInsertFunction(runtime_call::kPassedGuard, at.getVoidTy()));
}

}  // namespace straylane
