#include "targets/worker/protocol.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <nlohmann/json.hpp>
#include <type_traits>

#include "os/interrupt.h"
#include "program/canary/canaries.h"
#include "targets/worker/observe.h"

static_assert(std::endian::native == std::endian::little, "frames carry little-endian numbers");

namespace straylane::worker_protocol {
namespace {

using json = nlohmann::json;

constexpr int kFormSearch = 1;
constexpr int kFormRecorded = 2;
constexpr int kFormDrawn = 3;
constexpr long long kInterruptCheckMs = 100;

template <class T>
json blob(const std::vector<T>& values) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(values.data());
  return json::binary({bytes, bytes + values.size() * sizeof(T)});
}

template <class T>
std::vector<T> values_of(const json& blob) {
  const auto& bytes = blob.get_binary();
  std::vector<T> values(bytes.size() / sizeof(T));
  if (!values.empty()) std::memcpy(values.data(), bytes.data(), values.size() * sizeof(T));
  return values;
}

json site_to_json(const Site& s) {
  return json::array({s.file, s.function, s.statement, s.occurrence, s.line, s.kind, s.end_line, s.end_column});
}

Site site_from_json(const json& j) { return {j.at(0), j.at(1), j.at(2), j.at(3), j.at(4), j.at(5), j.at(6), j.at(7)}; }

json thrown_to_json(const ThrownException& e) { return json::array({e.type, e.message, e.function}); }
ThrownException thrown_from_json(const json& j) { return {j.at(0), j.at(1), j.at(2)}; }

json id_to_json(ThreadId id) { return id.is_main() ? json("m") : json::array({id.launch, id.index}); }
ThreadId id_from_json(const json& j) { return j.is_string() ? ThreadId::main() : ThreadId{j.at(0), j.at(1)}; }

json counts_to_json(const EventCounts& counts) { return json::array({counts.subject, blob(counts.by_thread)}); }
EventCounts counts_from_json(const json& j) { return {j.at(0), values_of<std::uint32_t>(j.at(1))}; }

json drawn_to_json(const DrawnForm& form) {
  json constraints = json::array();
  for (const ReadsFromConstraint& c : form.constraints) {
    constraints.push_back(json::array({c.writer, c.reader, static_cast<int>(c.maker), c.wanted}));
  }
  return json::array({kFormDrawn, static_cast<int>(form.strategy), form.seed, form.depth, form.steps_expected,
                      counts_to_json(form.interesting), std::move(constraints)});
}

DrawnForm drawn_from_json(const json& j) {
  DrawnForm form{static_cast<DrawnStrategy>(j.at(1).get<int>()), j.at(2), j.at(3), j.at(4), counts_from_json(j.at(5))};
  for (const json& c : j.at(6)) {
    form.constraints.push_back({c.at(0), c.at(1), static_cast<Maker>(c.at(2).get<int>()), c.at(3)});
  }
  return form;
}

// Only a strict replay looks at the sites of recorded choices.
json schedule_to_json(const Schedule& schedule, bool strict) {
  return std::visit(
      [strict](const auto& form) -> json {
        using Form = std::decay_t<decltype(form)>;
        json j = json::array();
        if constexpr (std::is_same_v<Form, SearchForm>) {
          j.push_back(kFormSearch);
          for (const Preemption& p : form) j.push_back(json::array({p.gap, p.pick}));
        } else if constexpr (std::is_same_v<Form, RecordedForm>) {
          j.push_back(kFormRecorded);
          for (const Choice& c : form) {
            j.push_back(json::array({id_to_json(c.thread), c.yield, id_to_json(c.to),
                                     strict && c.site ? site_to_json(*c.site) : json(nullptr)}));
          }
        } else {
          j = drawn_to_json(form);
        }
        return j;
      },
      schedule);
}

Schedule schedule_from_json(const json& j) {
  switch (j.at(0).get<int>()) {
    case kFormSearch: {
      SearchForm form;
      for (std::size_t i = 1; i < j.size(); ++i) form.push_back({j[i].at(0), j[i].at(1)});
      return form;
    }
    case kFormRecorded: {
      RecordedForm form;
      for (std::size_t i = 1; i < j.size(); ++i) {
        Choice choice{id_from_json(j[i].at(0)), j[i].at(1), id_from_json(j[i].at(2)), std::nullopt};
        if (!j[i].at(3).is_null()) choice.site = site_from_json(j[i].at(3));
        form.push_back(std::move(choice));
      }
      return form;
    }
    case kFormDrawn:
      return drawn_from_json(j);
    default:
      throw std::runtime_error(fmt::format("schedule form {}", j.at(0).get<int>()));
  }
}

json event_to_json(const Event& e) {
  return json::array({static_cast<int>(e.kind), id_to_json(e.thread), e.step, site_to_json(e.site), e.variable, e.before,
                      e.after});
}

Event event_from_json(const json& j) {
  return {static_cast<Event::Kind>(j.at(0).get<int>()),
          id_from_json(j.at(1)),
          j.at(2),
          site_from_json(j.at(3)),
          j.at(4),
          j.at(5),
          j.at(6)};
}

json stretch_to_json(const Stretch& s) { return json::array({id_to_json(s.thread), site_to_json(s.site), s.visit}); }
Stretch stretch_from_json(const json& j) { return {id_from_json(j.at(0)), site_from_json(j.at(1)), j.at(2)}; }

json guide_to_json(const Guide& guide) {
  if (guide.empty()) return nullptr;
  json orderings = json::array();
  for (const Ordering& o : guide.orderings) {
    orderings.push_back(json::array({stretch_to_json(o.first), stretch_to_json(o.second)}));
  }
  return json::array({schedule_to_json(guide.prefix, false), guide.prefix_yields, std::move(orderings)});
}

Guide guide_from_json(const json& j) {
  Guide guide;
  if (j.is_null()) return guide;
  guide.prefix = std::get<RecordedForm>(schedule_from_json(j.at(0)));
  guide.prefix_yields = j.at(1);
  for (const json& o : j.at(2)) guide.orderings.push_back({stretch_from_json(o.at(0)), stretch_from_json(o.at(1))});
  return guide;
}

json launch_to_json(const WireRun::Launch& launch) {
  json exceptions = json::array();
  for (const auto& e : launch.exceptions) {
    exceptions.push_back(json::array({e.thread, e.order, thrown_to_json(e.thrown)}));
  }
  return json::array({blob(launch.output), json::binary(launch.passed_guard), blob(launch.after_guard),
                      std::move(exceptions), launch.raised ? thrown_to_json(*launch.raised) : json(nullptr)});
}

std::vector<std::uint8_t> bytes_of(const json& blob) { return blob.get_binary(); }

WireRun::Launch launch_from_json(const json& j) {
  WireRun::Launch launch;
  launch.output = values_of<float>(j.at(0));
  launch.passed_guard = bytes_of(j.at(1));
  launch.after_guard = values_of<std::uint32_t>(j.at(2));
  for (const json& e : j.at(3)) launch.exceptions.push_back({e.at(0), e.at(1), thrown_from_json(e.at(2))});
  if (!j.at(4).is_null()) launch.raised = thrown_from_json(j.at(4));
  return launch;
}

// Calls `read` on the document; whatever is wrong with it is one error.
template <class Read>
auto decode(std::span<const std::uint8_t> frame, Read read) -> Expected<decltype(read(json()))> {
  try {
    return read(json::from_cbor(frame.begin(), frame.end()));
  } catch (const std::exception& error) {
    return make_error(ErrorCode::kInternal, fmt::format("broken frame: {}", error.what()));
  }
}

std::vector<std::uint8_t> to_frame(const json& document) { return json::to_cbor(document); }

}  // namespace

std::vector<std::uint8_t> encode(const Hello& hello) {
  json files = json::array();  // of bytes: a source may be in any encoding
  for (const auto& [name, text] : hello.files) {
    files.push_back(json::array(
        {blob(std::vector<char>(name.begin(), name.end())), blob(std::vector<char>(text.begin(), text.end()))}));
  }
  return to_frame(json::array({hello.system.python, hello.system.numba, hello.system.path, hello.error,
                               hello.program_is_wrong, std::move(files), hello.cannot_launch, hello.builds_for}));
}

Expected<Hello> decode_hello(std::span<const std::uint8_t> frame) {
  return decode(frame, [](const json& j) {
    Hello hello{{j.at(0), j.at(1), j.at(2)}, j.at(3), j.at(4), {}, j.at(6), j.at(7).get<std::vector<std::string>>()};
    for (const json& file : j.at(5)) {
      const auto name = values_of<char>(file.at(0));
      const auto text = values_of<char>(file.at(1));
      hello.files.emplace(std::string(name.begin(), name.end()), std::string(text.begin(), text.end()));
    }
    return hello;
  });
}

std::vector<std::uint8_t> encode(std::span<const Case> cases, const RunOptions& options) {
  json list = json::array();
  for (const Case& c : cases) {
    json launches = json::array();
    for (const Settings& s : c.launches) {
      launches.push_back(json::array({s.array_size, s.buffer_size, s.n_threads, s.block_size}));
    }
    const std::string canary = find_canary(c.program) != nullptr ? c.program : "";
    json sites = json::array();
    if (options.strict && options.across_change) {
      for (const Site& site : c.sites) sites.push_back(site_to_json(site));
    }
    list.push_back(
        json::array({std::move(launches), schedule_to_json(c.schedule, options.strict), canary, std::move(sites)}));
  }
  return to_frame(json::array(
      {options.trace, options.strict, options.steps_max, std::move(list), guide_to_json(options.guide),
       options.events, options.across_change}));
}

Expected<Request> decode_request(std::span<const std::uint8_t> frame) {
  return decode(frame, [](const json& j) {
    Request request;
    request.options.trace = j.at(0);
    request.options.strict = j.at(1);
    request.options.steps_max = j.at(2);
    request.options.guide = guide_from_json(j.at(4));
    request.options.events = j.at(5);
    request.options.across_change = j.at(6);
    for (const json& row : j.at(3)) {
      Case c;
      c.launches.clear();
      for (const json& s : row.at(0)) c.launches.push_back({s.at(0), s.at(1), s.at(2), s.at(3)});
      c.schedule = schedule_from_json(row.at(1));
      c.program = row.at(2);
      for (const json& site : row.at(3)) c.sites.push_back(site_from_json(site));
      request.cases.push_back(std::move(c));
    }
    return request;
  });
}

std::vector<std::uint8_t> encode(const WireRun& run) {
  json launches = json::array();
  for (const auto& launch : run.launches) launches.push_back(launch_to_json(launch));
  json sites = json::array();
  for (const Site& site : run.new_sites) sites.push_back(site_to_json(site));
  json counts = json::array();
  for (const EventCounts& c : run.event_counts) counts.push_back(counts_to_json(c));
  json events = json::array();
  for (const Event& event : run.events) events.push_back(event_to_json(event));
  return to_frame(
      json::array({static_cast<int>(run.end), run.end_detail, std::move(launches), run.module_changes, run.dirty,
                   run.yields, run.digest, run.applied, run.choice_points_after, run.alternatives, blob(run.choices),
                   blob(run.trace), std::move(sites), run.not_launched, run.builds, run.builds_failed,
                   run.reads_from_digest, blob(run.access_pairs), std::move(counts), std::move(events)}));
}

Expected<Observation> decode_run(std::span<const std::uint8_t> frame, std::vector<Site>& table) {
  return decode(frame, [&table](const json& j) {
    WireRun run;
    run.end = static_cast<RunEnd>(j.at(0).get<int>());
    run.end_detail = j.at(1);
    for (const json& launch : j.at(2)) run.launches.push_back(launch_from_json(launch));
    run.module_changes = j.at(3).get<std::vector<std::string>>();
    run.dirty = j.at(4);
    run.yields = j.at(5);
    run.digest = j.at(6);
    run.applied = j.at(7);
    run.choice_points_after = j.at(8);
    run.alternatives = j.at(9);
    run.choices = values_of<std::int32_t>(j.at(10));
    run.trace = values_of<std::int32_t>(j.at(11));
    for (const json& site : j.at(12)) run.new_sites.push_back(site_from_json(site));
    run.not_launched = j.at(13);
    run.builds = j.at(14);
    run.builds_failed = j.at(15);
    run.reads_from_digest = j.at(16);
    run.access_pairs = values_of<std::uint32_t>(j.at(17));
    for (const json& c : j.at(18)) run.event_counts.push_back(counts_from_json(c));
    for (const json& event : j.at(19)) run.events.push_back(event_from_json(event));
    return observe(std::move(run), table);
  });
}

tl::expected<void, FrameError> write_frame(int fd, std::span<const std::uint8_t> frame) {
  const auto length = static_cast<std::uint32_t>(frame.size());
  std::vector<std::uint8_t> bytes(sizeof length);
  std::memcpy(bytes.data(), &length, sizeof length);
  bytes.insert(bytes.end(), frame.begin(), frame.end());
  for (std::size_t sent = 0; sent < bytes.size();) {
    const ssize_t n = send(fd, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return tl::unexpected(FrameError::kClosed);
    sent += static_cast<std::size_t>(n);
  }
  return {};
}

tl::expected<std::vector<std::uint8_t>, FrameError> read_frame(int fd, std::uint32_t timeout_ms) {
  using Clock = std::chrono::steady_clock;
  const auto deadline = Clock::now() + std::chrono::milliseconds(timeout_ms);
  std::vector<std::uint8_t> bytes;
  const auto read_exactly = [&](std::size_t wanted) -> tl::expected<void, FrameError> {
    bytes.resize(wanted);
    for (std::size_t got = 0; got < wanted;) {
      if (timeout_ms != 0) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
        pollfd waiting{fd, POLLIN, 0};
        if (interrupt_signal != 0) return tl::unexpected(FrameError::kInterrupted);
        if (left <= 0) return tl::unexpected(FrameError::kTimedOut);
        if (poll(&waiting, 1, static_cast<int>(std::min<long long>(left, kInterruptCheckMs))) <= 0) continue;
      }
      const ssize_t n = recv(fd, bytes.data() + got, wanted - got, 0);
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) return tl::unexpected(FrameError::kClosed);
      got += static_cast<std::size_t>(n);
    }
    return {};
  };
  std::uint32_t length = 0;
  if (auto ok = read_exactly(sizeof length); !ok) return tl::unexpected(ok.error());
  std::memcpy(&length, bytes.data(), sizeof length);
  if (length > kFrameBytesMax) return tl::unexpected(FrameError::kTooLarge);
  if (auto ok = read_exactly(length); !ok) return tl::unexpected(ok.error());
  return bytes;
}

}  // namespace straylane::worker_protocol
