#include "search/case_size.h"

#include <variant>

namespace straylane {

CaseSize size_of(const Case& value) {
  CaseSize size;
  size.launches = value.launches.size();
  for (const Settings& s : value.launches) size.settings += s.array_size + s.buffer_size + s.n_threads + s.block_size;
  if (const auto* search = std::get_if<SearchForm>(&value.schedule)) size.choices = search->size();
  if (const auto* recorded = std::get_if<RecordedForm>(&value.schedule)) size.choices = recorded->size();
  return size;
}

}  // namespace straylane
