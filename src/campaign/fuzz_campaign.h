#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "domain/error.h"

namespace straylane {

// What the jobs have said last, added up.
struct FuzzStatus {
  std::uint64_t executions = 0;
  std::uint64_t executions_per_s = 0;
  std::uint64_t features = 0;       // of the job that has most: they count the same ones
  std::uint64_t corpus_size = 0;    // likewise
  std::uint64_t edges_reached = 0;  // of device code, likewise; both 0 for a target whose code is not counted
  std::uint64_t edges = 0;

  bool operator==(const FuzzStatus&) const = default;
};

struct FuzzOptions {
  std::string target = "numba";
  std::string program = "factory";
  std::string python = "/usr/bin/python3";
  std::string kernel;              // path of a user's kernel; empty: the factory's
  std::uint32_t time_s = 60;       // 0: without end
  std::uint32_t jobs = 1;          // processes, each with a worker; they share the corpus
  std::string corpus;              // folder that exists; what is new is added to it
  std::vector<std::string> seeds;  // folders that exist and are only read
  std::string out;                 // folder that exists; inputs of findings are stored there
  bool keep_going = false;         // else the first finding ends the campaign
  std::uint64_t seed = 1;          // of the first job; the next has the next
  std::uint64_t runs_max = 0;      // of each job; 0: no limit
  std::uint32_t rss_mb_max = 2'048;
  std::uint32_t input_time_s = 20;  // that one input may take, in fuzz_host; a worker has its own watchdog

  // Asked several times a second. The campaign then ends within two seconds, with its report.
  std::function<bool()> interrupted;
  // Called about once a second.
  std::function<void(const FuzzStatus&)> on_status;
};

enum class FuzzEnd { kTime, kRuns, kFinding, kInterrupted };
const char* to_string(FuzzEnd end);

struct FuzzReport {
  FuzzStatus status;
  double seconds = 0;
  FuzzEnd end = FuzzEnd::kTime;
  std::vector<std::string> artifacts;  // paths of inputs that fail, without repetition; `case_from_bytes` reads them
  std::vector<std::string> buckets;    // in the order in which they were found, without repetition
};

// Runs the fuzz binary (beside the program: fuzz_host for target host, fuzz_launch for the others) and watches it. The
// processes die with the thread that calls this, their workers with them, and nothing but corpus and artifacts is
// written.
//
// fuzz_host has device code in its own process. Where that crashes it, hangs it or eats its memory, the input is an
// artifact, and with `keep_going` another process goes on in its place, kRestartsMax times.
//
// Errors: kUnsupported where there is no fuzz binary, or the target cannot run; kStorage for a folder that is missing
// or cannot be written, also when it fills up on the way (libFuzzer itself does not mind); kInternal for a job that
// died.
Expected<FuzzReport> fuzz_campaign(const FuzzOptions& options);

}  // namespace straylane
