#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "campaign/corpus_folder.h"
#include "campaign/corpus_merge.h"
#include "cli/campaign_verbs.h"
#include "cli/common_options.h"
#include "cli/json_document.h"
#include "os/folder_lock.h"
#include "os/folder_marker.h"
#include "os/interrupt.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;

struct CorpusVerb {
  CommonOptions common;
  std::string corpus;
  std::vector<std::string> others;
};

constexpr const char* kFormat = "straylane-corpus/1";

ExitCode finish(const CorpusVerb& verb, const nlohmann::ordered_json& figures, const std::string& text) {
  if (verb.common.json) {
    nlohmann::ordered_json document = {{"format", kFormat}, {"status", "ran"}, {"reason", ""}, {"corpus", verb.corpus}};
    document.update(figures);
    print_document(document);
  } else {
    fmt::print("{}: {}\n", verb.corpus, text);
  }
  return ExitCode::kClean;
}

ExitCode fail(const CorpusVerb& verb, const Error& error) {
  if (verb.common.json) print_document(error_document(kFormat, error));
  return report_error(error);
}

Expected<void> check_folder(const fs::path& folder) {
  std::error_code error;
  if (fs::is_directory(folder, error)) return {};
  return make_error(ErrorCode::kStorage,
                    fmt::format("{}: {}", folder.string(), error ? error.message() : "No such folder"));
}

ExitCode copy_inputs(const CorpusVerb& verb, const fs::path& into, const std::vector<std::string>& from) {
  for (const std::string& folder : from) {
    if (auto ok = check_folder(folder); !ok) return fail(verb, ok.error());
  }
  if (auto made = claim_folder(into, FolderKind::kCorpus); !made) return fail(verb, made.error());
  CorpusImport all;
  for (const std::string& folder : from) {
    const auto import = CorpusFolder(into).import_from(folder);
    if (!import) return fail(verb, import.error());
    all.added += import->added;
    all.there += import->there;
    all.no_case += import->no_case;
  }
  return finish(verb, {{"added", all.added}, {"there", all.there}, {"no_case", all.no_case}},
                fmt::format("{} inputs added to {}, {} were there, {} files are no case", all.added, into.string(),
                            all.there, all.no_case));
}

MergeOptions merge_options(const CorpusVerb& verb) {
  MergeOptions options;
  options.target = verb.common.one_target();
  options.python = verb.common.python;
  options.kernel = verb.common.kernel;
  options.interrupted = [] { return interrupt_signal != 0; };
  return options;
}

// A running campaign's corpus is its engines' to remove from.
Expected<void> check_not_running(const std::string& corpus) {
  std::error_code error;
  const fs::path campaign = fs::absolute(corpus, error).lexically_normal().parent_path();
  if (!FolderLock::is_taken(campaign)) return {};
  return make_error(ErrorCode::kUsage, fmt::format("{}: a campaign is running there", campaign.string()));
}

ExitCode merge(const CorpusVerb& verb) {
  if (auto ok = verb.common.check_kernel(); !ok) return fail(verb, ok.error());
  std::vector<fs::path> from;
  for (const std::string& folder : verb.others) {
    if (auto ok = check_folder(folder); !ok) return fail(verb, ok.error());
    from.emplace_back(folder);
  }
  if (auto made = claim_folder(verb.corpus, FolderKind::kCorpus); !made) return fail(verb, made.error());
  const auto added = merge_corpus(merge_options(verb), verb.corpus, from);
  if (!added) return fail(verb, added.error());
  return finish(verb, {{"added", *added}}, fmt::format("{} inputs added, that show something new", *added));
}

ExitCode minimize(const CorpusVerb& verb) {
  if (auto ok = verb.common.check_kernel(); !ok) return fail(verb, ok.error());
  const auto ok = check_folder(verb.corpus).and_then([&] { return check_not_running(verb.corpus); });
  if (!ok) return fail(verb, ok.error());
  const auto removed = minimize_corpus(merge_options(verb), verb.corpus);
  if (!removed) return fail(verb, removed.error());
  const auto left = inputs_in(verb.corpus);
  if (!left) return fail(verb, left.error());
  return finish(verb, {{"removed", *removed}, {"left", left->size()}},
                fmt::format("{} inputs removed, {} left that show the same", *removed, left->size()));
}

}  // namespace

Run add_corpus(CLI::App& app) {
  auto verb = std::make_shared<CorpusVerb>();
  const auto add = [&](const char* name, const char* what, const char* example) {
    CLI::App* sub = app.add_subcommand(name, what);
    sub->footer(fmt::format("Example: straylane corpus {}", example));
    sub->add_option("corpus", verb->corpus, "DIR of the corpus")->required();
    add_output_options(*sub, verb->common);
    return sub;
  };
  CLI::App* merged = add("merge", "adds those inputs of other folders that show something new",
                         "merge .straylane/campaign/corpus corpus-of-another --target host");
  merged->add_option("from", verb->others, "DIR with inputs")->required();
  add_target_options(*merged, verb->common);
  CLI::App* minimized = add("minimize", "removes inputs that show nothing which the others do not",
                            "minimize .straylane/campaign/corpus --target host");
  add_target_options(*minimized, verb->common);
  CLI::App* imported = add("import", "adds all inputs of other folders, each named by its SHA-1",
                           "import .straylane/campaign/corpus inputs-of-mine");
  imported->add_option("from", verb->others, "DIR with inputs")->required();
  CLI::App* exported = add("export", "copies all inputs to another folder", "export .straylane/campaign/corpus /tmp/corpus");
  exported->add_option("to", verb->others, "DIR to copy to: new, empty, or a corpus of Straylane")
      ->required()
      ->expected(1);
  app.require_subcommand(1);
  return [verb, merged, minimized, imported] {
    if (merged->parsed()) return merge(*verb);
    if (minimized->parsed()) return minimize(*verb);
    if (imported->parsed()) return copy_inputs(*verb, verb->corpus, verb->others);
    return copy_inputs(*verb, verb->others.front(), {verb->corpus});
  };
}

}  // namespace straylane
