#include "cli/case_input.h"

#include <fmt/format.h>

#include <filesystem>
#include <map>
#include <optional>

#include "campaign/campaign_store.h"
#include "codec/bytes_codec.h"
#include "codec/json_codec.h"
#include "codec/token_codec.h"
#include "os/files.h"
#include "os/folder_marker.h"
#include "run/site_check.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;

constexpr const char* kByteOrderMark = "\xef\xbb\xbf";

Expected<CaseInput> load_token(const std::string& token) {
  return case_from_token(token, schema_named).map([](const TokenCase& t) {
    return CaseInput{.value = t.value, .digest = t.digest, .claims_failure = true};
  });
}

// A file that holds an input as bytes, because it lies in a folder that is marked as ours.
struct InputOfOurs {
  fs::path campaign;  // empty for an input of a corpus
};

// A corpus holds nothing but inputs. A campaign has inputs in crashes/, and in buckets/BUCKET/ with their kind in front
// of the name.
std::optional<InputOfOurs> input_of_ours(const fs::path& file) {
  std::error_code error;
  const fs::path path = fs::absolute(file, error).lexically_normal();
  const std::string name = path.filename().string();
  const fs::path folder = path.parent_path();
  const fs::path above = folder.parent_path();
  if (error || name.starts_with(".")) return std::nullopt;
  if (is_marked(folder, FolderKind::kCorpus)) return InputOfOurs{};
  fs::path campaign;
  if (folder.filename() == "crashes") campaign = above;
  if (above.filename() == "buckets" && (name.starts_with("first-") || name.starts_with("smallest-"))) {
    campaign = above.parent_path();
  }
  if (campaign.empty() || !is_marked(campaign, FolderKind::kCampaign)) return std::nullopt;
  return InputOfOurs{campaign};
}

Error no_case(const std::string& file, const std::string& content) {
  return {
      ErrorCode::kMalformed,
      file + (content.starts_with(kByteOrderMark)
                  ? ": begins with a byte order mark; a case is UTF-8 without one"
                  : ": is not a case: neither a JSON object, nor in a corpus or campaign of Straylane; --bytes takes "
                    "any file for the bytes of a fuzz input")};
}

// Returns the path of the kernel that the case is of. Precondition: it is a case of a user's kernel.
Expected<std::string> kernel_of(const CaseInput& input, const std::string& file_or_token) {
  if (!input.kernel.empty() && is_there(input.kernel)) return input.kernel;
  const std::string& program = input.value.program;
  const std::string why =
      input.kernel.empty() ? fmt::format("token: program is {}, a kernel of your own", program)
                           : fmt::format("{}: program is {}, and that file is not beside it", file_or_token, program);
  return make_error(ErrorCode::kMalformed, why + ": name it with --kernel FILE.cu");
}

// Adds the page that says what a case must be to the error of a malformed one.
Error with_page(Error error) {
  error.message += " (see docs/formats.md)";
  return error;
}

Expected<CaseInput> load_file(const std::string& file, bool as_bytes) {
  const auto content = read_file(file, kCaseBytesMax);
  if (!content) return make_error(ErrorCode::kMalformed, content.error().message);
  if (content->empty()) {
    return tl::unexpected(with_page(Error{ErrorCode::kMalformed, file + ": is empty, so it is not a case"}));
  }
  const auto ours = input_of_ours(file);
  if (as_bytes || ours) {
    return CaseInput{.bytes = {content->begin(), content->end()}, .campaign = ours ? ours->campaign : fs::path()};
  }
  const std::size_t first = content->find_first_not_of(" \t\r\n");
  if (first == std::string::npos || (*content)[first] != '{') {
    return tl::unexpected(with_page(no_case(file, *content)));
  }
  const auto read = case_from_json(*content, file, schema_named).map_error(with_page);
  return read.map([&](const Case& c) {
    CaseInput input{.value = c, .claims_failure = std::holds_alternative<RecordedForm>(c.schedule)};
    if (is_kernel_program(c.program)) input.kernel = (fs::path(file).parent_path() / c.program).string();
    return input;
  });
}

// Returns the smallest input of a campaign's bucket, or an empty path if the folder is not one.
fs::path smallest_in_bucket(const fs::path& folder) {
  std::error_code error;
  fs::path smallest;
  for (auto it = fs::directory_iterator(folder, error); !error && it != fs::end(it); it.increment(error)) {
    const bool is_candidate =
        it->path().filename().string().starts_with("smallest-") && input_of_ours(it->path()).has_value();
    if (is_candidate && (smallest.empty() || it->path() < smallest)) smallest = it->path();
  }
  return smallest;
}

// Completes an input of a campaign with what the campaign ran, for verbs that name no target.
Expected<void> complete_from_campaign(CaseInput& input, const std::string& name) {
  if (input.bytes.empty()) return {};
  const auto options = CampaignStore::is_in(input.campaign)
                           ? CampaignStore::read(input.campaign).and_then([](auto store) { return store.options(); })
                           : Expected<std::map<std::string, std::string>>();
  if (!options) return tl::unexpected(options.error());
  const auto value = [&](const char* key) { return options->contains(key) ? options->at(key) : std::string(); };
  if (!value("kernel").empty() || find_target_kind(value("target")) == nullptr) {
    return make_error(ErrorCode::kUsage, name +
                                             ": an input of an engine, which does not name what it ran on; "
                                             "straylane minimize makes a finding of it");
  }
  const TargetKind* kind = find_target_kind(value("target"));
  input.value = case_from_bytes(input.bytes, program_named(kind->program).schema);
  input.value.target = kind->name;
  return {};
}

}  // namespace

Expected<CaseInput> load_case(const std::string& text, bool as_bytes) {
  if (!as_bytes && text.starts_with(kTokenPrefix)) return load_token(text).map_error(with_page);
  std::error_code error;
  if (!fs::is_directory(text, error)) return load_file(text, as_bytes);
  const fs::path folder = text;
  for (const char* name : {"min.json", "case.json"}) {
    if (fs::exists(folder / name, error)) return load_file((folder / name).string(), /*as_bytes=*/false);
  }
  if (const fs::path input = smallest_in_bucket(folder); !input.empty()) return load_file(input.string(), as_bytes);
  return make_error(ErrorCode::kMalformed,
                    text + ": has no min.json, so it is not a finding, and it is not a bucket of a campaign");
}

Expected<OpenedCase> open_case(const CommonOptions& options) {
  auto input = load_case(options.input, options.bytes);
  if (!input) return tl::unexpected(input.error());
  if (auto ok = options.check_target(); !ok) return tl::unexpected(ok.error());
  Case& c = input->value;
  TargetOptions target_options = options.target_options();
  if (options.kernel.empty() && is_kernel_program(c.program)) {
    const auto found = assign(target_options.kernel, kernel_of(*input, options.input));
    if (!found) return tl::unexpected(found.error());
  }
  const bool has_own = options.kernel.empty() && !options.target_named() && !c.target.empty();
  auto target = open_target(has_own ? c.target : options.one_target(), target_options, options.jobs);
  if (!target) return tl::unexpected(target.error());
  if (!input->bytes.empty()) c = case_from_bytes(input->bytes, (*target)->info().program.schema);
  return OpenedCase{std::move(*input), std::move(*target)};
}

Expected<RunResult> strict_run(Target& target, const CaseInput& input) {
  auto result = run_case(target, input.value, {.trace = true, .events = true, .strict = true, .across_change = true});
  if (!result) return result;
  if (const auto difference = first_difference(input.value.sites, result->observation.sites)) {
    return make_error(ErrorCode::kRefused, "refused: " + *difference);
  }
  if (result->verdict.kind == VerdictKind::kDiscard) {
    return make_error(ErrorCode::kRefused, "refused: " + result->verdict.reason);
  }
  if (result->verdict.kind == VerdictKind::kUnsupported) {
    return make_error(ErrorCode::kUnsupported, result->verdict.reason);
  }
  const std::uint32_t digest = sites_digest(result->recorded);
  if (input.digest == 0 || digest == input.digest) return result;
  return make_error(ErrorCode::kRefused,
                    fmt::format("refused: the token was recorded on another system (sites digest {:08x}, here {:08x})",
                                input.digest, digest));
}

Expected<Replayed> replay_finding(const CommonOptions& options, const CheckTarget& check) {
  auto input = load_case(options.input, options.bytes);
  if (!input) return tl::unexpected(input.error());
  if (auto ok = complete_from_campaign(*input, options.input); !ok) return tl::unexpected(ok.error());
  const std::string& name = input->value.target;
  if (auto ok = check(name, find_target_kind(name)); !ok) return tl::unexpected(ok.error());
  auto target = open_target(name, options.target_options());
  if (!target) return tl::unexpected(target.error());
  auto run = strict_run(**target, *input);
  if (!run) return tl::unexpected(run.error());
  if (!run->verdict.failure) {
    return make_error(ErrorCode::kNotReproducible, options.input + ": not reproducible: the case does not fail here");
  }
  std::string bucket = bucket_of(*run->verdict.failure);
  return Replayed{std::move(*target), std::move(*run), std::move(bucket)};
}

}  // namespace straylane
