#include <fmt/format.h>

#include <filesystem>
#include <memory>

#include "campaign/corpus_folder.h"
#include "cli/options.h"
#include "cli/verbs.h"
#include "os/files.h"
#include "os/folder_lock.h"
#include "os/folder_marker.h"
#include "os/interrupt.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;

struct CorpusVerb : CommonOptions {
  std::vector<std::string> others;
};

Answer answer_of(const CorpusVerb& verb, const nlohmann::ordered_json& figures, const std::string& text) {
  nlohmann::ordered_json fields = {{"corpus", verb.input}};
  fields.update(figures);
  return {fields, fmt::format("{}: {}\n", verb.input, text)};
}

Expected<void> check_folders(const std::vector<std::string>& folders) {
  for (const std::string& folder : folders) {
    if (auto ok = check_folder(folder); !ok) return ok;
  }
  return {};
}

Expected<Answer> copy_inputs(const CorpusVerb& verb, const std::string& into, const std::vector<std::string>& from) {
  const auto claimed = check_folders(from).and_then([&] { return claim_folder(into, FolderKind::kCorpus); });
  if (!claimed) return tl::unexpected(claimed.error());
  CorpusImport all;
  for (const std::string& folder : from) {
    const auto import = CorpusFolder(into).import_from(folder);
    if (!import) return tl::unexpected(import.error());
    all.added += import->added;
    all.there += import->there;
    all.no_case += import->no_case;
  }
  return answer_of(verb, {{"added", all.added}, {"there", all.there}, {"no_case", all.no_case}},
                   fmt::format("{} inputs added to {}, {} were there already, {} files are not cases", all.added, into,
                               all.there, all.no_case));
}

Expected<FuzzOptions> merge_options(const CorpusVerb& verb) {
  return verb.check_target().map([&] {
    return FuzzOptions{.target = verb.one_target(), .python = verb.python, .kernel = verb.kernel, .interrupted = [] {
                         return interrupt_signal != 0;
                       }};
  });
}

// Fails with kUsage if a campaign runs: only its engines may remove inputs from its corpus.
Expected<void> check_not_running(const std::string& corpus) {
  std::error_code error;
  const fs::path campaign = fs::absolute(corpus, error).lexically_normal().parent_path();
  if (!FolderLock::is_taken(campaign)) return {};
  return make_error(ErrorCode::kUsage, fmt::format("{}: a campaign is running there", campaign.string()));
}

Expected<Answer> merge(const CorpusVerb& verb) {
  const auto options = merge_options(verb);
  if (!options) return tl::unexpected(options.error());
  const std::vector<fs::path> from(verb.others.begin(), verb.others.end());
  return check_folders(verb.others)
      .and_then([&] { return claim_folder(verb.input, FolderKind::kCorpus); })
      .and_then([&](const FolderMarker&) { return merge_corpus(*options, verb.input, from); })
      .map([&](std::uint64_t added) {
        return answer_of(verb, {{"added", added}}, fmt::format("{} inputs added that show something new", added));
      });
}

Expected<Answer> minimize(const CorpusVerb& verb) {
  const auto options = merge_options(verb);
  if (!options) return tl::unexpected(options.error());
  const auto removed =
      check_folders({verb.input}).and_then([&] { return check_not_running(verb.input); }).and_then([&] {
        return minimize_corpus(*options, verb.input);
      });
  if (!removed) return tl::unexpected(removed.error());
  return inputs_in(verb.input).map([&](const auto& left) {
    return answer_of(verb, {{"removed", *removed}, {"left", left.size()}},
                     fmt::format("{} inputs removed, {} left that show the same", *removed, left.size()));
  });
}

Expected<Answer> run_corpus(const CorpusVerb& verb, const std::string& subcommand) {
  if (subcommand == "merge") return merge(verb);
  if (subcommand == "minimize") return minimize(verb);
  if (subcommand == "import") return copy_inputs(verb, verb.input, verb.others);
  return copy_inputs(verb, verb.others.front(), {verb.input});
}

}  // namespace

Run add_corpus(CLI::App& app) {
  auto verb = std::make_shared<CorpusVerb>();
  const auto add = [&](const char* name, const char* what, const char* example) {
    CLI::App* sub = app.add_subcommand(name, what);
    sub->footer(fmt::format("Example: straylane corpus {}", example));
    sub->add_option("corpus", verb->input, "DIR of the corpus")->required();
    add_output_options(*sub, *verb);
    return sub;
  };
  CLI::App* merged = add("merge", "adds those inputs of other folders that show something new",
                         "merge .straylane/campaign/corpus corpus-of-another --target host");
  merged->add_option("from", verb->others, "DIR with inputs")->required();
  add_target_options(*merged, *verb);
  CLI::App* minimized = add("minimize", "removes inputs that show nothing beyond what the others show",
                            "minimize .straylane/campaign/corpus --target host");
  add_target_options(*minimized, *verb);
  add("import", "adds all inputs of other folders, each named by its SHA-1",
      "import .straylane/campaign/corpus inputs-of-mine")
      ->add_option("from", verb->others, "DIR with inputs")
      ->required();
  add("export", "copies all inputs to another folder", "export .straylane/campaign/corpus /tmp/corpus")
      ->add_option("to", verb->others, "DIR to copy to: new, empty, or a corpus of Straylane")
      ->required()
      ->expected(1);
  app.require_subcommand(1);
  return [verb, &app] {
    const std::string subcommand = app.get_subcommands().front()->get_name();
    return print_answer(run_corpus(*verb, subcommand), verb->json, "straylane-corpus/1");
  };
}

}  // namespace straylane
