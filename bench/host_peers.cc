#include "bench/host_peers.h"

#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "bench/device_bench.h"
#include "bench/scratch_folder.h"
#include "bench/stopwatch.h"
#include "os/beside_program.h"
#include "os/child.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;

constexpr double kTimesFaster = 10;
constexpr double kStartSeconds = 120;
constexpr std::size_t kRowsOfPeer = 4;

struct Peer {
  std::string key;
  std::string name;
  std::string package;
  std::string driver;  // what the OpenCL loader is told to load
};

Expected<nlohmann::json> run_peer(const Peer& peer, double seconds, std::uint32_t builds) {
  const ScratchFolder cache;  // an empty one, since PoCL would reuse an earlier build
  const auto child = run_child(
      {"env", "OCL_ICD_VENDORS=" + peer.driver, "POCL_CACHE_DIR=" + cache.path(),
       beside_program("bench/straylane_bench_opencl").string(), std::to_string(seconds), std::to_string(builds), "1"},
      "", kStartSeconds + seconds);
  auto document = nlohmann::json::parse(child.output, nullptr, false);
  if (!document.is_object()) {
    return make_error(ErrorCode::kInternal, fmt::format("{} ended with {}: {}", peer.name, child.status, child.output));
  }
  if (document.contains("error")) return make_error(ErrorCode::kUnsupported, document["error"].get<std::string>());
  return document;
}

struct Rate {
  double elapsed;    // launches/s by the clock
  double processor;  // launches/s of processor time
};

Expected<Rate> our_rate(double seconds) {
  constexpr int kAtOnce = 100;
  auto bench = DeviceBench::open(false);
  if (!bench) return tl::unexpected(bench.error());
  const auto program = (*bench)->build(FactorySettings{}.buffer_size);
  if (!program) return tl::unexpected(program.error());
  std::uint64_t launches = 0;
  const Stopwatch watch;
  for (; watch.seconds() < seconds; launches += kAtOnce) {
    for (int i = 0; i < kAtOnce; ++i) {
      const auto ok = (*bench)->launch(**program, {10, 5, 7, 10}, SearchForm{});
      if (!ok) return tl::unexpected(ok.error());
    }
  }
  return Rate{static_cast<double>(launches) / watch.seconds(),
              static_cast<double>(launches) / watch.processor_seconds()};
}

}  // namespace

Expected<HostSection> measure_peers(std::uint32_t rounds, double seconds, std::uint32_t builds) {
  const std::vector<Peer> peers = {{"pocl", "PoCL", "pocl-opencl-icd", "/etc/OpenCL/vendors/pocl.icd"},
                                   {"oclgrind", "Oclgrind", "oclgrind", "/usr/lib/oclgrind/liboclgrind-rt-icd.so"}};
  HostSection section{"10 threads of the same kernel elsewhere, in OpenCL C", {}};
  section.rows.push_back({"host_launches_per_s", "Straylane, target host: launches", "per s", {}});
  for (const Peer& peer : peers) {
    section.rows.push_back({peer.key + "_launches_per_s", peer.name + ": launches, each with clFinish", "per s", {}});
    section.rows.push_back(
        {peer.key + "_ratio", "  rate of target host to that", "ratio", {}, HostRow::Want::kAtLeast, kTimesFaster});
    section.rows.push_back({peer.key + "_processor_ratio", "  the same by processor time", "ratio", {}});
    section.rows.push_back({peer.key + "_build_ms", peer.name + ": new build, with its first launch", "ms", {}});
  }
  for (std::uint32_t round = 0; round < rounds; ++round) {
    const auto ours = our_rate(seconds);
    if (!ours) return tl::unexpected(ours.error());
    section.rows[0].values.push_back(ours->elapsed);
    for (std::size_t i = 0; i < peers.size(); ++i) {
      HostRow* const rows = &section.rows[1 + kRowsOfPeer * i];
      auto document = fs::exists(peers[i].driver)
                          ? run_peer(peers[i], seconds, builds)
                          : make_error(ErrorCode::kUnsupported, fmt::format("package {} is missing", peers[i].package));
      if (!document) {
        if (document.error().code != ErrorCode::kUnsupported) return tl::unexpected(document.error());
        for (HostRow* row = rows; row != rows + kRowsOfPeer; ++row) row->not_measured = document.error().message;
        continue;
      }
      const double launches = document->at("launches");
      const double seconds_elapsed = document->at("seconds");
      const double seconds_processor = document->at("processor_seconds");
      rows[0].values.push_back(launches / seconds_elapsed);
      rows[1].values.push_back(ours->elapsed * seconds_elapsed / launches);
      rows[2].values.push_back(ours->processor * seconds_processor / launches);
      for (const double s : document->at("build_seconds")) rows[3].values.push_back(s * 1e3);
    }
  }
  return section;
}

}  // namespace straylane
