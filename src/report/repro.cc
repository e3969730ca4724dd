#include "report/repro.h"

#include "report/held_schedule.h"
#include "report/templates.h"

namespace straylane {

Expected<std::string> render_repro(const Case& c, const Observation& traced, const Failure& failure) {
  return fill_held_schedule(kReproTemplate, c, traced, failure);
}

}  // namespace straylane
