// Compiled into every project that links Straylane::targets as an installed library (StraylaneConfig.cmake.in).
#include "os/beside_program.h"

namespace {

[[maybe_unused]] const bool said = (straylane::set_program_folder(STRAYLANE_PROGRAM_FOLDER), true);

}  // namespace
