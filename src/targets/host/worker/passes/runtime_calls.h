#pragma once

namespace straylane {

// The functions of device_runtime.h that the passes insert calls of, by their names in device code.
namespace runtime_call {
// void (i32 site, ptr base, ptr address, i64 bytes, i32 access): see DeviceRuntime::access.
inline constexpr const char* kAccess = "__straylane_access";
// void (i32 site): __syncthreads(), see the prelude.
inline constexpr const char* kBarrier = "__straylane_barrier";
// i64 (i32 site, i32 function, i32 mask, i64 value, i32 lane, i32 width): a warp function, see warp_calls.h.
inline constexpr const char* kWarp = "__straylane_warp";
// void (): a thread has gone round its loops too often, see passes/loop_fuel.h; and the count that it has left, i64.
inline constexpr const char* kOutOfFuel = "__straylane_out_of_fuel";
inline constexpr const char* kFuel = "__straylane_fuel";
// ptr (i64 bytes, ptr name): local memory of the running thread.
inline constexpr const char* kLocal = "__straylane_local";
// void (i32 count): gives back the last `count` of them.
inline constexpr const char* kLocalEnd = "__straylane_local_end";
// void (): the running thread got behind the kernel's early return.
inline constexpr const char* kPassedGuard = "__straylane_passed_guard";
// void (i32 offset, i64 a, i64 b, i32 bits): see DeviceCoverage::on_compare. With coverage only, as is the next.
inline constexpr const char* kCompare = "__straylane_compare";
// The first of the edge counters, one byte each.
inline constexpr const char* kEdgeCounters = "__straylane_edges";
// The variable that threadIdx and the like are read from.
inline constexpr const char* kIndexes = "__straylane_indexes";
// Names of local variables are constants whose names begin with this.
inline constexpr const char* kNamePrefix = "straylane.name";
}  // namespace runtime_call

}  // namespace straylane
