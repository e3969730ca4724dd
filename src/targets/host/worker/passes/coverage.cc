#include "targets/host/worker/passes/coverage.h"

#include <llvm/Analysis/PostDominators.h>
#include <llvm/IR/DebugInfoMetadata.h>
#include <llvm/IR/CFG.h>
#include <llvm/IR/Dominators.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/Intrinsics.h>
#include <llvm/Transforms/Utils/BasicBlockUtils.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <vector>

#include "targets/host/worker/passes/runtime_calls.h"

namespace straylane {
namespace {

using namespace llvm;

constexpr unsigned kBitsMin = 8;
constexpr unsigned kBitsMax = 64;

// Tells places of one translation unit apart that have one line and column.
class Places {
 public:
  CoveragePlace of(const Function& function, const DebugLoc& location) {
    CoveragePlace place{.function = function.getName().str()};
    if (location) {
      place.file = std::filesystem::path(location->getFilename().str()).filename().string();
      place.line = location.getLine();
      place.column = location.getCol();
    }
    place.occurrence = occurrences_[place]++;
    return place;
  }

 private:
  std::map<CoveragePlace, unsigned> occurrences_;
};

DebugLoc location_of(const BasicBlock& block) {
  for (const Instruction& instruction : block) {
    if (instruction.getDebugLoc() && instruction.getDebugLoc().getLine() != 0) return instruction.getDebugLoc();
  }
  return {};
}

// What the front end puts where nothing can get to.
bool is_unreachable(const BasicBlock& block) { return isa<UnreachableInst>(*block.getFirstNonPHIOrDbg()); }

// Where all ways from the blocks before it lead: it is reached when one of them is. As clang leaves out such blocks
// ("full post-dominators", SanitizerCoverage.cpp).
bool is_join(const BasicBlock& block, const PostDominatorTree& tree) {
  return block.hasNPredecessorsOrMore(2) &&
         std::all_of(pred_begin(&block), pred_end(&block),
                     [&](const BasicBlock* before) { return tree.dominates(&block, before); });
}

void count_edges(Function& function, DeviceCoverage& coverage, Places& places) {
  const PostDominatorTree tree(function);
  Module& module = *function.getParent();
  IRBuilder<> at(module.getContext());
  Constant* counters = module.getOrInsertGlobal(runtime_call::kEdgeCounters, at.getInt8Ty());
  for (BasicBlock& block : function) {
    if (is_unreachable(block) || is_join(block, tree)) continue;
    const auto offset = coverage.edge(places.of(function, location_of(block)));
    if (!offset) continue;
    at.SetInsertPoint(&block, block.getFirstInsertionPt());
    at.SetCurrentDebugLocation(DebugLoc());
    Value* counter = at.CreateConstInBoundsGEP1_32(at.getInt8Ty(), counters, *offset);
    Value* value = at.CreateLoad(at.getInt8Ty(), counter);
    // Stops at 255: 256 threads at one place would else leave no trace.
    at.CreateStore(at.CreateBinaryIntrinsic(Intrinsic::uadd_sat, value, at.getInt8(1)), counter);
  }
}

bool goes_back(const BasicBlock* from, const BasicBlock* to, const DominatorTree& tree) {
  return tree.dominates(to, from);
}

// What only ends a loop is compared once for each round: it says nothing of what is looked for.
bool ends_a_loop(const ICmpInst& compare, const DominatorTree& tree) {
  if (!compare.hasOneUse()) return false;
  const auto* branch = dyn_cast<BranchInst>(compare.user_back());
  if (branch == nullptr) return false;
  for (const BasicBlock* to : branch->successors()) {
    if (goes_back(branch->getParent(), to, tree)) return true;
  }
  return false;
}

bool is_thread_index(const LoadInst& load) {
  constexpr std::uint64_t kThreadBytes = 12;  // `thread` comes first in what the prelude declares
  const DataLayout& layout = load.getModule()->getDataLayout();
  const Value* pointer = load.getPointerOperand();
  APInt offset(layout.getIndexTypeSizeInBits(pointer->getType()), 0);
  pointer = pointer->stripAndAccumulateConstantOffsets(layout, offset, true);
  return pointer->getName() == runtime_call::kIndexes && offset.ult(kThreadBytes);
}

// Whether arithmetic makes it from the index of the thread in its block.
bool is_made_from_thread_index(const Value* value) {
  std::vector<const Value*> left = {value};
  std::set<const Value*> seen;
  while (!left.empty()) {
    const Value* one = left.back();
    left.pop_back();
    if (!seen.insert(one).second) continue;
    if (const auto* load = dyn_cast<LoadInst>(one); load != nullptr && is_thread_index(*load)) return true;
    if (!isa<BinaryOperator>(one) && !isa<CastInst>(one)) continue;
    for (const Value* operand : cast<Instruction>(one)->operands()) left.push_back(operand);
  }
  return false;
}

// Of one thread it says little how far it is from there: in a launch there are threads at every distance.
bool is_bound_of_threads(const ICmpInst& compare) {
  return compare.isRelational() &&
         is_made_from_thread_index(compare.getOperand(0)) != is_made_from_thread_index(compare.getOperand(1));
}

void report_compares(Function& function, DeviceCoverage& coverage, Places& places) {
  const DominatorTree tree(function);
  std::vector<Instruction*> found;
  for (Instruction& instruction : instructions(function)) {
    const auto* compare = dyn_cast<ICmpInst>(&instruction);
    if (compare != nullptr && !ends_a_loop(*compare, tree) && !is_bound_of_threads(*compare)) found.push_back(&instruction);
    // One without a default is the front end's own, for leaving a scope.
    const auto* choice = dyn_cast<SwitchInst>(&instruction);
    if (choice != nullptr && !is_unreachable(*choice->getDefaultDest())) found.push_back(&instruction);
  }
  Module& module = *function.getParent();
  IRBuilder<> at(module.getContext());
  const auto hook = module.getOrInsertFunction(runtime_call::kCompare, at.getVoidTy(), at.getInt32Ty(), at.getInt64Ty(),
                                               at.getInt64Ty(), at.getInt32Ty());
  const auto report = [&](Instruction* before, Value* a, Value* b) {
    const auto* type = dyn_cast<IntegerType>(a->getType());
    if (type == nullptr || type->getBitWidth() < kBitsMin || type->getBitWidth() > kBitsMax) return;
    if (isa<Constant>(a) && isa<Constant>(b)) return;
    const unsigned bits = type->getBitWidth();
    const auto offset = coverage.compare(places.of(function, before->getDebugLoc()), bits);
    if (!offset) return;
    at.SetInsertPoint(before);
    at.CreateCall(hook, {at.getInt32(*offset), at.CreateZExt(a, at.getInt64Ty()), at.CreateZExt(b, at.getInt64Ty()),
                         at.getInt32(bits)});
  };
  for (Instruction* instruction : found) {
    if (auto* compare = dyn_cast<ICmpInst>(instruction)) {
      report(compare, compare->getOperand(0), compare->getOperand(1));
    } else if (auto* choice = dyn_cast<SwitchInst>(instruction)) {
      for (const auto& one : choice->cases()) report(choice, choice->getCondition(), one.getCaseValue());
    }
  }
}

}  // namespace

void coverage_pass(Module& module, DeviceCoverage& coverage) {
  Places edges;
  Places compares;
  for (Function& function : module) {
    if (function.isDeclaration()) continue;
    if (coverage.has_compares()) report_compares(function, coverage, compares);
    SplitAllCriticalEdges(function, CriticalEdgeSplittingOptions());
    count_edges(function, coverage, edges);
  }
}

}  // namespace straylane
