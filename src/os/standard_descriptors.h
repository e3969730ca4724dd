#pragma once

namespace straylane {

// Opens /dev/null as stdin, stdout and stderr where the caller had closed them (`2>&-`). Else the next file that is
// opened gets one of their numbers, and what is said goes into it. Comes before anything that opens a file.
void open_standard_descriptors();

}  // namespace straylane
