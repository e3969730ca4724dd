// A libcuda.so.1 that is not a driver. It checks the calls of a driver, their order and their arguments, and does what
// the factory kernel would do. So it shows that the launch half of target cuda calls the driver as its documentation
// says, but not that a GPU then does what it should.

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "props/targets/cuda/stand_in_driver/stand_in.h"

namespace {

constexpr int kInvalidValue = 1;
constexpr int kNotInitialized = 3;
constexpr int kNoDevice = 100;
constexpr int kInvalidImage = 200;
constexpr int kInvalidContext = 201;
constexpr int kNotFound = 500;

struct State {
  bool collecting = false;
  std::string misuse;
  std::string calls;
  std::map<std::string, std::string> planted;
  bool initialised = false;
  int retained = 0;
  bool current = false;
  std::map<void*, std::unique_ptr<char>> modules;
  std::map<std::uint64_t, std::vector<std::uint32_t>>
      memory;  // by address; it is host memory, so stray accesses can be seen
  std::set<void*> functions;
  bool launched = false;  // and not synchronised
  int launches = 0;
};

void plant(State& state, const std::string& text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    const std::string item = text.substr(at, end - at);
    const std::size_t equals = item.find('=');
    state.planted[item.substr(0, equals)] = equals == std::string::npos ? "" : item.substr(equals + 1);
    at = end + 1;
  }
}

State& state() {
  static State* state = [] {
    auto* fresh = new State;
    if (const char* text = std::getenv("STRAYLANE_STAND_IN")) plant(*fresh, text);
    return fresh;
  }();
  return *state;
}

bool planted(const char* what) { return state().planted.count(what) != 0; }

int number(const char* what, int otherwise) {
  const auto found = state().planted.find(what);
  return found == state().planted.end() ? otherwise : std::atoi(found->second.c_str());
}

int misuse(const std::string& what, int result = kInvalidValue) {
  if (!state().collecting) {
    std::fprintf(stderr, "stand-in driver: %s\n", what.c_str());
    std::fflush(stderr);
    std::abort();
  }
  state().misuse += what + "\n";
  return result;
}

// Every call begins with this. Gives the planted error of the call, or 0.
int called(const char* name) {
  state().calls += std::string(name) + ";";
  return number(name, 0);
}

// The same for calls that need a current context.
int called_in_context(const char* name) {
  const int result = called(name);
  if (result != 0) return result;
  if (!state().initialised) return misuse(std::string(name) + " before cuInit", kNotInitialized);
  if (!state().current) return misuse(std::string(name) + " without a current context", kInvalidContext);
  return 0;
}

// The words from `pointer` on, or nothing if they are not all in one allocation.
std::uint32_t* words_at(std::uint64_t pointer, std::size_t count) {
  auto block = state().memory.upper_bound(pointer);
  if (block == state().memory.begin()) return nullptr;
  --block;
  const std::uint64_t offset = (pointer - block->first) / sizeof(std::uint32_t);
  if (pointer % sizeof(std::uint32_t) != 0 || offset + count > block->second.size()) return nullptr;
  return block->second.data() + offset;
}

}  // namespace

extern "C" {

void stand_in_begin(const char* text) {
  state() = State{};
  state().collecting = true;
  plant(state(), text);
}
const char* stand_in_misuse() { return state().misuse.c_str(); }
const char* stand_in_calls() { return state().calls.c_str(); }

int cuInit(unsigned flags) {
  if (const int result = called("cuInit")) return result;
  if (flags != 0) return misuse("cuInit: flags must be 0");
  state().initialised = true;
  return 0;
}

int cuDriverGetVersion(int* version) {
  if (const int result = called("cuDriverGetVersion")) return result;
  *version = number("driver", 13000);
  return 0;
}

// Straylane does not call this. NVRTC does when it makes PTX, and crashes if the driver does not have it.
int cuGetExportTable(const void** table, const void*) {
  *table = nullptr;
  return kNotFound;
}

int cuGetErrorName(int result, const char** name) {
  switch (result) {
    case 1:
      *name = "CUDA_ERROR_INVALID_VALUE";
      return 0;
    case 2:
      *name = "CUDA_ERROR_OUT_OF_MEMORY";
      return 0;
    case 100:
      *name = "CUDA_ERROR_NO_DEVICE";
      return 0;
    case 700:
      *name = "CUDA_ERROR_ILLEGAL_ADDRESS";
      return 0;
    case 999:
      *name = nullptr;
      return kInvalidValue;  // one that this driver does not know
    default:
      *name = "CUDA_ERROR_PLANTED";
      return 0;
  }
}

int cuGetErrorString(int result, const char** text) {
  switch (result) {
    case 1:
      *text = "invalid argument";
      return 0;
    case 2:
      *text = "out of memory";
      return 0;
    case 100:
      *text = "no CUDA-capable device is detected";
      return 0;
    case 700:
      *text = "an illegal memory access was encountered";
      return 0;
    case 999:
      *text = nullptr;
      return kInvalidValue;
    default:
      *text = "planted";
      return 0;
  }
}

int cuDeviceGetCount(int* count) {
  if (const int result = called("cuDeviceGetCount")) return result;
  if (!state().initialised) return misuse("cuDeviceGetCount before cuInit", kNotInitialized);
  *count = planted("no-device") ? 0 : 1;
  return 0;
}

int cuDeviceGet(int* device, int ordinal) {
  if (const int result = called("cuDeviceGet")) return result;
  if (ordinal != 0 || planted("no-device")) return misuse("cuDeviceGet: there is no such device", kNoDevice);
  *device = 0;
  return 0;
}

int cuDeviceGetName(char* name, int length, int device) {
  if (const int result = called("cuDeviceGetName")) return result;
  if (device != 0 || length < 2) return misuse("cuDeviceGetName: device or length");
  std::snprintf(name, static_cast<std::size_t>(length), "stand-in");
  return 0;
}

int cuDeviceGetAttribute(int* value, int attribute, int device) {
  if (const int result = called("cuDeviceGetAttribute")) return result;
  if (device != 0 || (attribute != 75 && attribute != 76)) return misuse("cuDeviceGetAttribute: device or attribute");
  const int arch = number("arch", 90);
  *value = attribute == 75 ? arch / 10 : arch % 10;
  return 0;
}

int cuDevicePrimaryCtxRetain(void** context, int device) {
  if (const int result = called("cuDevicePrimaryCtxRetain")) return result;
  if (!state().initialised) return misuse("cuDevicePrimaryCtxRetain before cuInit", kNotInitialized);
  if (device != 0) return misuse("cuDevicePrimaryCtxRetain: device");
  ++state().retained;
  *context = &state();
  return 0;
}

int cuDevicePrimaryCtxRelease_v2(int device) {
  if (const int result = called("cuDevicePrimaryCtxRelease")) return result;
  if (device != 0 || state().retained == 0) return misuse("cuDevicePrimaryCtxRelease without a retained context");
  if (--state().retained > 0) return 0;
  if (state().current) misuse("cuDevicePrimaryCtxRelease while the context is current");
  if (!state().modules.empty()) misuse("cuDevicePrimaryCtxRelease with a module loaded");
  if (!state().memory.empty()) misuse("cuDevicePrimaryCtxRelease with memory allocated");
  return 0;
}

int cuCtxSetCurrent(void* context) {
  if (const int result = called("cuCtxSetCurrent")) return result;
  if (context != nullptr && (context != &state() || state().retained == 0)) {
    return misuse("cuCtxSetCurrent: no such context", kInvalidContext);
  }
  state().current = context != nullptr;
  return 0;
}

int cuCtxSynchronize() {
  state().launched = false;
  return called_in_context("cuCtxSynchronize");
}

int cuModuleLoadData(void** module, const void* image) {
  if (const int result = called_in_context("cuModuleLoadData")) return result;
  if (std::memcmp(image,
                  "\x7f"
                  "ELF",
                  4) != 0)
    return misuse("cuModuleLoadData: not a cubin", kInvalidImage);
  auto loaded = std::make_unique<char>();
  *module = loaded.get();
  state().modules.emplace(*module, std::move(loaded));
  return 0;
}

int cuModuleGetFunction(void** function, void* module, const char* name) {
  if (const int result = called_in_context("cuModuleGetFunction")) return result;
  if (state().modules.count(module) == 0) return misuse("cuModuleGetFunction: no such module");
  if (std::strcmp(name, "straylane_kernel") != 0) {
    return misuse(std::string("cuModuleGetFunction: no function ") + name, kNotFound);
  }
  *function = module;
  state().functions.insert(module);
  return 0;
}

int cuModuleUnload(void* module) {
  if (const int result = called_in_context("cuModuleUnload")) return result;
  if (state().modules.erase(module) == 0) return misuse("cuModuleUnload: no such module");
  if (state().launched) misuse("cuModuleUnload before cuCtxSynchronize");
  state().functions.erase(module);
  return 0;
}

int cuMemAlloc_v2(std::uint64_t* pointer, std::size_t bytes) {
  if (const int result = called_in_context("cuMemAlloc")) return result;
  if (bytes == 0 || bytes % sizeof(std::uint32_t) != 0) return misuse("cuMemAlloc: bytes");
  static std::uint64_t next = std::uint64_t{1} << 40;  // the host must not access device memory
  *pointer = next;
  next += (bytes + 511) / 256 * 256;
  state().memory[*pointer].assign(bytes / sizeof(std::uint32_t), 0xDEADBEEF);
  return 0;
}

int cuMemFree_v2(std::uint64_t pointer) {
  if (const int result = called_in_context("cuMemFree")) return result;
  if (state().memory.erase(pointer) == 0) return misuse("cuMemFree: not what cuMemAlloc gave");
  if (state().launched) misuse("cuMemFree before cuCtxSynchronize");
  return 0;
}

int cuMemsetD32_v2(std::uint64_t pointer, unsigned value, std::size_t count) {
  if (const int result = called_in_context("cuMemsetD32")) return result;
  std::uint32_t* words = words_at(pointer, count);
  if (words == nullptr) return misuse("cuMemsetD32: outside of what was allocated");
  std::fill(words, words + count, value);
  return 0;
}

int cuMemcpyDtoH_v2(void* host, std::uint64_t pointer, std::size_t bytes) {
  if (const int result = called_in_context("cuMemcpyDtoH")) return result;
  if (state().launched) misuse("cuMemcpyDtoH before cuCtxSynchronize");
  const std::uint32_t* words = words_at(pointer, bytes / sizeof(std::uint32_t));
  if (words == nullptr || bytes % sizeof(std::uint32_t) != 0)
    return misuse("cuMemcpyDtoH: outside of what was allocated");
  std::memcpy(host, words, bytes);
  return 0;
}

int cuLaunchKernel(void* function, unsigned grid_x, unsigned grid_y, unsigned grid_z, unsigned block_x,
                   unsigned block_y, unsigned block_z, unsigned shared_bytes, void* stream, void** arguments,
                   void** extra) {
  if (const int result = called_in_context("cuLaunchKernel")) return result;
  if (state().functions.count(function) == 0) return misuse("cuLaunchKernel: no such function");
  if (grid_y != 1 || grid_z != 1 || block_y != 1 || block_z != 1) return misuse("cuLaunchKernel: one dimension");
  if (grid_x == 0 || block_x == 0 || block_x > 1024) return misuse("cuLaunchKernel: grid or block out of bounds");
  if (shared_bytes != 0 || stream != nullptr || extra != nullptr)
    return misuse("cuLaunchKernel: shared, stream, extra");
  if (planted("crash")) std::raise(SIGSEGV);
  while (planted("hang")) pause();

  const std::uint64_t output = *static_cast<std::uint64_t*>(arguments[0]);
  const int array_size = *static_cast<int*>(arguments[1]);
  const int n_threads = *static_cast<int*>(arguments[2]);
  if (array_size < 1 || n_threads < 0 || n_threads > array_size) return misuse("cuLaunchKernel: arguments");
  if (grid_x != (static_cast<unsigned>(array_size) + block_x - 1) / block_x) {
    return misuse("cuLaunchKernel: the grid is not that of array_size");
  }
  const auto size = static_cast<std::size_t>(array_size);
  std::uint32_t* words = words_at(output, size);
  if (words == nullptr) return misuse("cuLaunchKernel: output is not allocated");
  for (std::size_t i = 0; i < size; ++i) {
    if (words[i] != 0) return misuse("cuLaunchKernel: output is not zero");
  }
  const float one = 1;
  const float two = 2;
  for (int i = 0; i < n_threads; ++i) std::memcpy(words + i, &one, sizeof one);
  ++state().launches;
  const bool wrong = planted("wrong-output") || (planted("flaky-output") && state().launches % 2 == 1);
  if (wrong && n_threads > 0) std::memcpy(words + n_threads - 1, &two, sizeof two);
  if (planted("write-behind")) {
    if (words_at(output, size + 1) == nullptr) return misuse("there is no guard behind the output");
    std::memcpy(words + size, &one, sizeof one);
  }
  if (planted("write-before")) {
    if (words_at(output - sizeof one, 1) == nullptr) return misuse("there is no guard in front of the output");
    std::memcpy(words - 1, &one, sizeof one);
  }
  state().launched = true;
  return 0;
}

}  // extern "C"
