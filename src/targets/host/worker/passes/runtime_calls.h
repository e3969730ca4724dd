#pragma once

// The functions and variables of the runtime that the passes use, by their names in device code.
namespace straylane::runtime_call {

// void (i32 site, ptr base, ptr address, i64 bytes, i32 access): see DeviceRuntime::access.
inline constexpr const char* kAccess = "__straylane_access";
// void (i32 site): __syncthreads(), see the prelude.
inline constexpr const char* kBarrier = "__straylane_barrier";
// i64 (i32 site, i32 function, i32 mask, i64 value, i32 lane, i32 width): a warp function, see warp_calls.h.
inline constexpr const char* kWarp = "__straylane_warp";
// void (): a thread has used up its rounds of loops, see loop_fuel_pass.
inline constexpr const char* kOutOfFuel = "__straylane_out_of_fuel";
// i64: the rounds of loops that the running thread may still make.
inline constexpr const char* kFuel = "__straylane_fuel";
// ptr (i64 bytes, ptr name): allocates local memory of the running thread.
inline constexpr const char* kLocal = "__straylane_local";
// void (i32 count): frees the last `count` pieces of it.
inline constexpr const char* kLocalEnd = "__straylane_local_end";
// void (): the running thread has passed the kernel's early return.
inline constexpr const char* kPassedGuard = "__straylane_passed_guard";
// void (i32 offset, i64 a, i64 b, i32 bits): see DeviceCoverage::on_compare. Exists with coverage only.
inline constexpr const char* kCompare = "__straylane_compare";
// The first of the edge counters, one byte each. Exists with coverage only.
inline constexpr const char* kEdgeCounters = "__straylane_edges";
// The variable that threadIdx and the like are read from.
inline constexpr const char* kIndexes = "__straylane_indexes";
// The names of local variables are constants whose own names begin with this.
inline constexpr const char* kNamePrefix = "straylane.name";

}  // namespace straylane::runtime_call
