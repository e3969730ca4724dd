#include "bench/confirmations.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <random>

#include "cli/shipped_files.h"
#include "codec/json_codec.h"
#include "explain/turns.h"
#include "hunt/shrink_failure.h"
#include "os/files.h"
#include "program/factory/factory_settings.h"
#include "program/program.h"
#include "report/exports.h"
#include "run/run_case.h"
#include "targets/numba/numba_target.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kStepsMax = 20'000;  // per run; low, so that an endless loop is found soon
constexpr int kDraws = 8;                    // settings drawn per seed
constexpr int kSchedules = 200;              // schedules per settings
constexpr std::size_t kBatch = 8;
constexpr double kShrinkTimeS = 20;

struct Planted {
  std::string name;
  Case value;
};

Expected<std::vector<Planted>> failing_cases(const fs::path& corpus, const std::string& only) {
  std::vector<Planted> cases;
  for (const auto& entry : fs::directory_iterator(corpus)) {
    std::string name = entry.path().filename().string();
    const auto end = name.find(".case.json");
    if (end == std::string::npos || name.find(only) == std::string::npos) continue;
    name.resize(end);
    const auto expected = read_file(corpus / (name + ".expected.json"), kCaseBytesMax);
    const auto text = read_file(entry.path(), kCaseBytesMax);
    if (!expected || !text) return tl::unexpected(expected ? text.error() : expected.error());
    if (nlohmann::json::parse(*expected).at("verdict") != "fail") continue;
    const auto value = case_from_json(*text, entry.path().string(), schema_named);
    if (!value) return tl::unexpected(value.error());
    cases.push_back({name, *value});
  }
  std::sort(cases.begin(), cases.end(), [](const Planted& a, const Planted& b) { return a.name < b.name; });
  return cases;
}

std::vector<Settings> drawn_calls(const Case& planted, std::mt19937_64& random) {
  const auto between = [&random](std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(high - low + 1));
  };
  if (between(0, 2) == 0) return planted.calls;
  std::vector<Settings> calls;
  for (std::int64_t left = between(1, 2); left > 0; --left) {
    FactorySettings s;
    s.array_size = between(1, 8);
    s.buffer_size = between(1, 8);
    s.n_threads = between(0, s.array_size);
    s.block_size = between(1, 6);
    calls.push_back(s);
  }
  return calls;
}

Schedule drawn_schedule(int number, std::mt19937_64& random) {
  static constexpr DrawnStrategy kStrategies[] = {DrawnStrategy::kSticky, DrawnStrategy::kPct, DrawnStrategy::kPos};
  return DrawnForm{.strategy = kStrategies[number % 3], .seed = random(), .depth = 3, .steps_expected = 200};
}

// The first failing run of a seed, or nothing.
Expected<std::optional<RunResult>> failing_run(Target& target, const Case& planted, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  for (int draw = 0; draw < kDraws; ++draw) {
    Case c = planted;
    c.calls = drawn_calls(planted, random);
    for (int i = 0; i < kSchedules; i += kBatch) {
      std::vector<Case> batch(kBatch, c);
      for (std::size_t k = 0; k < kBatch; ++k) batch[k].schedule = drawn_schedule(i + static_cast<int>(k), random);
      auto results = run_cases(target, batch, {.steps_max = kStepsMax});
      if (!results) return tl::unexpected(results.error());
      for (RunResult& result : *results) {
        if (result.verdict.failure) return std::optional<RunResult>(std::move(result));
      }
    }
  }
  return std::optional<RunResult>();
}

Expected<Confirmation> confirm(const RunResult& traced, const ConfirmOptions& options, const fs::path& keep) {
  const auto program = held_program_with_sources(traced.recorded.program, *traced.verdict.failure);
  if (!program) return tl::unexpected(program.error());
  const auto repro = render_repro(*program, traced.recorded, traced.observation, *traced.verdict.failure);
  if (!repro) return Confirmation{Confirmed::kNotTried, repro.error().message};
  auto files = program->sources;
  files["repro.py"] = *repro;
  files["case.json"] = to_json(traced.recorded, *schema_named(traced.recorded.program));
  const TemporaryFolder folder;
  if (auto written = write_new_folder(folder.path() / "repro", files); !written) return tl::unexpected(written.error());
  const Confirmation result = confirm_on_stock(folder.path() / "repro", options.python, *traced.verdict.failure);
  if (result.confirmed != Confirmed::kStock && !options.keep.empty()) {
    if (auto kept = write_new_folder(keep, files); !kept) return tl::unexpected(kept.error());
  }
  return result;
}

Expected<TriedFinding> try_finding(Target& target, const RunResult& found, TriedFinding tried,
                                   const ConfirmOptions& options, const fs::path& keep) {
  Case c = found.recorded;
  const std::string bucket = bucket_of(*found.verdict.failure);
  if (tried.minimal) {
    auto shrunk = shrink_failure(target, c, bucket, {.time_s = kShrinkTimeS});
    if (!shrunk) return tl::unexpected(shrunk.error());
    c = tried.seed % 2 == 0 ? shrunk->shrunk.minimal.failing : shrunk->shrunk.minimal_any_shape.failing;
  }
  auto traced = run_case(target, c, {.trace = true, .strict = true, .steps_max = kStepsMax});
  if (!traced) return tl::unexpected(traced.error());
  if (!traced->verdict.failure || bucket_of(*traced->verdict.failure) != bucket) {
    if (!options.keep.empty()) (void)write_new_folder(keep, {{"case.json", to_json(c, target.info().program.schema)}});
    return make_error(ErrorCode::kNotReproducible,
                      fmt::format("{}: program {}, seed {} did not fail again ({}): please report this", bucket,
                                  c.program, tried.seed, traced->observation.end_detail));
  }
  tried.bucket = bucket;
  tried.calls = c.calls.size();
  for (const LaunchObservation& l : traced->observation.launches) tried.threads += l.threads.size();
  tried.preemptions = traced->observation.preemptions;
  tried.turns = turns_of(traced->observation).order.size();
  auto confirmation = confirm(*traced, options, keep);
  if (!confirmation) return tl::unexpected(confirmation.error());
  tried.confirmation = std::move(*confirmation);
  return tried;
}

std::size_t count(const TriedCase& tried, Confirmed confirmed) {
  return static_cast<std::size_t>(
      std::count_if(tried.findings.begin(), tried.findings.end(),
                    [confirmed](const TriedFinding& f) { return f.confirmation.confirmed == confirmed; }));
}

std::size_t preemptions_max(const TriedCase& tried) {
  std::uint32_t most = 0;
  for (const TriedFinding& f : tried.findings) most = std::max(most, f.preemptions);
  return most;
}

}  // namespace

Expected<std::vector<TriedCase>> try_findings(const std::string& corpus, const ConfirmOptions& options,
                                              const std::function<void(const std::string&)>& say) {
  auto planted = failing_cases(corpus, options.only);
  if (!planted) return tl::unexpected(planted.error());
  auto target = NumbaTarget::open({options.python});
  if (!target) return tl::unexpected(target.error());
  std::vector<TriedCase> all;
  for (const Planted& p : *planted) {
    TriedCase tried{.name = p.name, .granularity = p.value.granularity, .findings = {}};
    for (std::uint64_t seed = 1; seed <= options.findings; ++seed) {
      auto found = failing_run(**target, p.value, seed);
      if (!found) return tl::unexpected(found.error());
      if (!*found) {
        ++tried.without_failure;
        continue;
      }
      const TriedFinding finding{.seed = seed, .minimal = seed <= options.minima, .bucket = {}, .confirmation = {}};
      auto result =
          try_finding(**target, **found, finding, options, fs::path(options.keep) / fmt::format("{}-{}", p.name, seed));
      if (!result) return tl::unexpected(result.error());
      say(fmt::format("{}, seed {}, {} turns: {}, {}", p.name, seed, result->turns,
                      to_string(result->confirmation.confirmed), result->confirmation.detail));
      tried.findings.push_back(std::move(*result));
    }
    all.push_back(std::move(tried));
  }
  return all;
}

bool all_confirmed(const TriedCase& tried) {
  return tried.granularity != Granularity::kSwitch || count(tried, Confirmed::kStock) == tried.findings.size();
}

std::string render_confirmations(const std::vector<TriedCase>& cases) {
  std::string out = fmt::format("{:<32} {:<11} {:>8} {:>9} {:>13} {:>9} {:>11}  preemptions up to\n", "case",
                                "granularity", "findings", "confirmed", "not confirmed", "not tried", "none found");
  std::string reasons;
  std::size_t findings = 0;
  std::size_t confirmed = 0;
  for (const TriedCase& c : cases) {
    out += fmt::format("{:<32} {:<11} {:>8} {:>9} {:>13} {:>9} {:>11}  {}\n", c.name, to_string(c.granularity),
                       c.findings.size(), count(c, Confirmed::kStock), count(c, Confirmed::kNo),
                       count(c, Confirmed::kNotTried), c.without_failure, preemptions_max(c));
    findings += c.findings.size();
    confirmed += count(c, Confirmed::kStock);
    for (const TriedFinding& f : c.findings) {
      if (f.confirmation.confirmed == Confirmed::kStock) continue;
      reasons += fmt::format("  {}, seed {}: {}, {}\n", c.name, f.seed, to_string(f.confirmation.confirmed),
                             f.confirmation.detail);
    }
  }
  out += fmt::format("confirmed: {} of {}\n", confirmed, findings);
  return reasons.empty() ? out : out + "not confirmed, and why:\n" + reasons;
}

nlohmann::ordered_json confirmations_to_json(const std::vector<TriedCase>& cases, const ConfirmOptions& options) {
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  std::size_t findings = 0;
  std::size_t confirmed = 0;
  for (const TriedCase& c : cases) {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const TriedFinding& f : c.findings) {
      list.push_back({{"seed", f.seed},
                      {"minimal", f.minimal},
                      {"bucket", f.bucket},
                      {"calls", f.calls},
                      {"threads", f.threads},
                      {"preemptions", f.preemptions},
                      {"turns", f.turns},
                      {"confirmed", to_string(f.confirmation.confirmed)},
                      {"detail", f.confirmation.detail}});
    }
    findings += c.findings.size();
    confirmed += count(c, Confirmed::kStock);
    rows.push_back({{"case", c.name},
                    {"granularity", to_string(c.granularity)},
                    {"confirmed", count(c, Confirmed::kStock)},
                    {"not_confirmed", count(c, Confirmed::kNo)},
                    {"not_tried", count(c, Confirmed::kNotTried)},
                    {"without_failure", c.without_failure},
                    {"findings", list}});
  }
  return {{"python", options.python}, {"findings", findings}, {"confirmed", confirmed}, {"cases", rows}};
}

}  // namespace straylane
