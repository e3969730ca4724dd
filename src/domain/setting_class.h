#pragma once

#include <functional>
#include <string>

#include "domain/settings.h"

namespace straylane {

// A class of settings that a suite must have covered, such as "width=0". Settings may be in none or in several.
struct SettingClass {
  std::string name;  // as it stands in reports
  std::function<bool(const Settings&)> has;
};

}  // namespace straylane
