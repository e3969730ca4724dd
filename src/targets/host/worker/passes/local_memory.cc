#include "targets/host/worker/passes/local_memory.h"

#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/IntrinsicInst.h>

#include <vector>

#include "targets/host/worker/passes/runtime_calls.h"

namespace straylane {
namespace {

using namespace llvm;

void move_locals(Function& function) {
  Module& module = *function.getParent();
  std::vector<AllocaInst*> locals;
  std::vector<Instruction*> lifetimes;
  std::vector<ReturnInst*> returns;
  for (Instruction& instruction : instructions(function)) {
    if (auto* local = dyn_cast<AllocaInst>(&instruction); local != nullptr && local->isStaticAlloca()) {
      locals.push_back(local);
    }
    if (auto* call = dyn_cast<IntrinsicInst>(&instruction); call != nullptr && call->isLifetimeStartOrEnd()) {
      lifetimes.push_back(call);
    }
    if (auto* end = dyn_cast<ReturnInst>(&instruction)) returns.push_back(end);
  }
  if (locals.empty()) return;
  for (Instruction* lifetime : lifetimes) lifetime->eraseFromParent();

  IRBuilder<> at(module.getContext());
  const auto acquire = module.getOrInsertFunction(runtime_call::kLocal, at.getPtrTy(), at.getInt64Ty(), at.getPtrTy());
  const auto release = module.getOrInsertFunction(runtime_call::kLocalEnd, at.getVoidTy(), at.getInt32Ty());
  for (AllocaInst* local : locals) {
    at.SetInsertPoint(local);
    const auto bytes = local->getAllocationSize(module.getDataLayout());
    Value* name = at.CreateGlobalStringPtr(local->getName(), runtime_call::kNamePrefix);
    Value* memory = at.CreateCall(acquire, {at.getInt64(bytes ? bytes->getFixedValue() : 0), name});
    local->replaceAllUsesWith(memory);
    local->eraseFromParent();
  }
  for (ReturnInst* end : returns) {
    at.SetInsertPoint(end);
    at.CreateCall(release, {at.getInt32(static_cast<std::uint32_t>(locals.size()))});
  }
}

}  // namespace

void local_memory_pass(Module& module) {
  for (Function& function : module) {
    if (!function.isDeclaration()) move_locals(function);
  }
}

}  // namespace straylane
