#pragma once

#include <string>

#include "domain/explanation.h"

namespace straylane {

// The chance of failure over the steps of a run, as one <svg> element that needs nothing else: the 95 % intervals as a
// band, the shares as points, the point of no return as a line with its statement. It takes the colour of the text
// around it, and follows a dark or light page by itself where it stands alone. Empty where there is no curve.
std::string no_return_svg(const NoReturn& no_return);

}  // namespace straylane
