#include "targets/host/worker/passes/runtime_calls.h"

#include <llvm/ADT/SetVector.h>
#include <llvm/Analysis/CFG.h>
#include <llvm/Analysis/ValueTracking.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/IntrinsicInst.h>
#include <llvm/Transforms/Utils/BasicBlockUtils.h>

#include <vector>

#include "order/access.h"
#include "program/factory/device_call.h"
#include "targets/host/worker/passes/passes.h"

namespace straylane {
namespace {

using namespace llvm;

struct Found {
  Instruction* instruction;
  Value* address;
  Value* bytes;
  Access access;
};

void find_accesses(Instruction& i, std::vector<Found>& found) {
  const DataLayout& layout = i.getModule()->getDataLayout();
  const auto bytes_of = [&](Type* type) -> Value* {
    return ConstantInt::get(Type::getInt64Ty(i.getContext()), layout.getTypeStoreSize(type).getFixedValue());
  };
  if (isa<LoadInst, StoreInst>(i)) {
    const Access access = i.isAtomic() ? Access::kAtomic : isa<LoadInst>(i) ? Access::kRead : Access::kWrite;
    found.push_back({&i, getLoadStorePointerOperand(&i), bytes_of(getLoadStoreType(&i)), access});
  } else if (auto* update = dyn_cast<AtomicRMWInst>(&i)) {
    found.push_back({&i, update->getPointerOperand(), bytes_of(update->getType()), Access::kAtomic});
  } else if (auto* swap = dyn_cast<AtomicCmpXchgInst>(&i)) {
    found.push_back({&i, swap->getPointerOperand(), bytes_of(swap->getCompareOperand()->getType()), Access::kAtomic});
  } else if (auto* fill = dyn_cast<AnyMemIntrinsic>(&i)) {
    found.push_back({&i, fill->getRawDest(), fill->getLength(), Access::kWrite});
    if (auto* copy = dyn_cast<AnyMemTransferInst>(&i)) {
      found.push_back({&i, copy->getRawSource(), copy->getLength(), Access::kCopy});
    }
  }
}

// True if the access is not to device memory: to the thread's own indexes, or a read of a constant.
bool is_exempt(const Value* base, const Found& access) {
  if (isa<AllocaInst>(base)) return true;
  const auto* variable = dyn_cast<GlobalVariable>(base);
  if (variable == nullptr) return false;
  return variable->getName() == runtime_call::kIndexes ||
         (access.address == base && access.access == Access::kRead && variable->isConstant());
}

}  // namespace

void memory_accesses_pass(Module& module, DeviceSites& sites) {
  IRBuilder<> at(module.getContext());
  const auto hook = module.getOrInsertFunction(runtime_call::kAccess, at.getVoidTy(), at.getInt32Ty(), at.getPtrTy(),
                                               at.getPtrTy(), at.getInt64Ty(), at.getInt32Ty());
  sites.begin_unit();
  for (Function& function : module) {
    std::vector<Found> accesses;
    for (Instruction& instruction : instructions(function)) {
      find_accesses(instruction, accesses);
      auto* call = dyn_cast<CallInst>(&instruction);
      if (call == nullptr || call->getCalledFunction() == nullptr) continue;
      const StringRef called = call->getCalledFunction()->getName();
      if (called != runtime_call::kBarrier && called != runtime_call::kWarp) continue;
      call->setArgOperand(0, at.getInt32(sites.number_of(instruction, "barrier")));
    }
    for (const Found& access : accesses) {
      Value* base = getUnderlyingObject(access.address, /*MaxLookup=*/0);
      if (is_exempt(base, access)) continue;
      at.SetInsertPoint(access.instruction);
      at.CreateCall(hook, {at.getInt32(sites.number_of(*access.instruction, "access")), base, access.address,
                           at.CreateZExtOrTrunc(access.bytes, at.getInt64Ty()),
                           at.getInt32(static_cast<unsigned>(access.access))});
    }
  }
}

void guard_mark_pass(Module& module) {
  Function* allocator = module.getFunction(kAllocatorSymbol);
  if (allocator == nullptr || allocator->isDeclaration()) return;
  IRBuilder<> at(&*allocator->getEntryBlock().getFirstInsertionPt());
  at.SetCurrentDebugLocation(DebugLoc());
  at.CreateCall(module.getOrInsertFunction(runtime_call::kPassedGuard, at.getVoidTy()));
}

void loop_fuel_pass(Module& module) {
  IRBuilder<> at(module.getContext());
  const auto out_of_fuel = module.getOrInsertFunction(runtime_call::kOutOfFuel, at.getVoidTy());
  auto* fuel = cast<GlobalVariable>(module.getOrInsertGlobal(runtime_call::kFuel, at.getInt64Ty()));
  for (Function& function : module) {
    if (function.isDeclaration()) continue;
    SmallVector<std::pair<const BasicBlock*, const BasicBlock*>, 8> edges;
    FindFunctionBackedges(function, edges);
    SmallSetVector<BasicBlock*, 8> ends;
    for (const auto& edge : edges) ends.insert(const_cast<BasicBlock*>(edge.first));
    for (BasicBlock* end : ends) {
      at.SetInsertPoint(end->getTerminator());
      at.SetCurrentDebugLocation(DebugLoc());
      Value* left = at.CreateSub(at.CreateLoad(at.getInt64Ty(), fuel), at.getInt64(1));
      at.CreateStore(left, fuel);
      Value* used_up = at.CreateICmpSLT(left, at.getInt64(0));
      Instruction* then =
          SplitBlockAndInsertIfThen(used_up, end->getTerminator()->getIterator(), /*Unreachable=*/false);
      at.SetInsertPoint(then);
      at.CreateCall(out_of_fuel);
    }
  }
}

}  // namespace straylane
