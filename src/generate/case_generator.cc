#include "generate/case_generator.h"

#include <rapidcheck.h>

#include <array>
#include <limits>
#include <utility>

namespace straylane {
namespace {

using rc::Gen;

// min..max, both included.
template <class T>
Gen<T> between(T min, T max) {
  return rc::gen::inRange<T>(min, max + 1);
}

Gen<std::int64_t> array_size_at_32() { return rc::gen::element<std::int64_t>(32, 64, 96); }

Gen<std::int64_t> array_size_beside_32() { return rc::gen::element<std::int64_t>(31, 33, 63, 65, 95, 97); }

Gen<std::int64_t> array_size_generator(Stratum stratum) {
  switch (stratum) {
    case Stratum::kArraySizeOne:
      return rc::gen::just<std::int64_t>(1);
    case Stratum::kArraySize32:
      return array_size_at_32();
    case Stratum::kBeside32:
      return array_size_beside_32();
    default:
      return rc::gen::weightedOneOf<std::int64_t>({{2, rc::gen::just<std::int64_t>(1)},
                                                   {20, between<std::int64_t>(2, 8)},
                                                   {4, between<std::int64_t>(9, 40)},
                                                   {1, between<std::int64_t>(41, 97)},
                                                   {2, array_size_at_32()},
                                                   {2, array_size_beside_32()}});
  }
}

Gen<std::int64_t> n_threads_generator(Stratum stratum, std::int64_t array_size) {
  switch (stratum) {
    case Stratum::kNoThreads:
      return rc::gen::just<std::int64_t>(0);
    case Stratum::kOneThread:
      return rc::gen::just<std::int64_t>(1);
    case Stratum::kAllButOne:
      return rc::gen::just(array_size - 1);
    case Stratum::kAllThreads:
      return rc::gen::just(array_size);
    default:
      return rc::gen::weightedOneOf<std::int64_t>({{1, rc::gen::just<std::int64_t>(0)},
                                                   {1, rc::gen::just<std::int64_t>(1)},
                                                   {3, rc::gen::just(array_size - 1)},
                                                   {5, rc::gen::just(array_size)},
                                                   {6, between<std::int64_t>(1, array_size)}});
  }
}

Gen<std::int64_t> buffer_size_generator() {
  return rc::gen::weightedOneOf<std::int64_t>({{12, between<std::int64_t>(1, 16)},
                                               {2, between<std::int64_t>(17, 1024)},
                                               {1, rc::gen::element<std::int64_t>(255, 256, 257, 1023, 1024)}});
}

Gen<std::int64_t> block_size_generator() {
  return rc::gen::weightedOneOf<std::int64_t>(
      {{10, rc::gen::just<std::int64_t>(32)}, {4, between<std::int64_t>(1, 8)}, {2, between<std::int64_t>(1, 64)}});
}

Gen<Settings> settings_generator(Stratum stratum) {
  return rc::gen::exec([stratum] {
    Settings settings;
    settings.array_size = *array_size_generator(stratum);
    settings.n_threads = *n_threads_generator(stratum, settings.array_size);
    settings.buffer_size = *buffer_size_generator();
    settings.block_size = *block_size_generator();
    return settings;
  });
}

// Short gaps hit the prologue of a thread, long ones the middle of a run of a few hundred choice points.
Gen<Preemption> preemption_generator() {
  return rc::gen::exec([] {
    Preemption preemption;
    preemption.gap = *rc::gen::weightedOneOf<std::uint32_t>(
        {{6, between(0U, 12U)}, {4, between(0U, 60U)}, {2, between(0U, 400U)}, {1, between(0U, 2000U)}});
    preemption.pick = *rc::gen::weightedOneOf<std::uint32_t>({{8, between(0U, 3U)}, {2, between(0U, 64U)}});
    return preemption;
  });
}

Gen<SearchForm> search_generator() {
  return rc::gen::exec([] {
    const auto count = *rc::gen::weightedOneOf<std::size_t>(
        {{1, rc::gen::just<std::size_t>(0)}, {10, between<std::size_t>(1, 4)}, {4, between<std::size_t>(5, 8)}});
    return *rc::gen::container<SearchForm>(count, preemption_generator());
  });
}

Gen<std::uint64_t> seed_generator() {
  return rc::gen::inRange<std::uint64_t>(0, std::numeric_limits<std::uint64_t>::max());
}

Gen<DrawnForm> drawn_generator(DrawnStrategy strategy) {
  return rc::gen::exec([strategy] {
    DrawnForm drawn;
    drawn.strategy = strategy;
    drawn.seed = *seed_generator();
    if (strategy == DrawnStrategy::kPct) {
      drawn.depth = *rc::gen::weightedElement<std::uint32_t>({{1, 2}, {4, 3}, {3, 4}, {2, 5}});
      drawn.steps_expected = *rc::gen::element<std::uint32_t>(100, 200, 400, 800, 1600);
    }
    return drawn;
  });
}

template <class Form>
Gen<Schedule> as_schedule(Gen<Form> form) {
  return rc::gen::map(std::move(form), [](Form&& value) { return Schedule(std::move(value)); });
}

Gen<Schedule> schedule_generator() {
  return rc::gen::weightedOneOf<Schedule>({{3, as_schedule(search_generator())},
                                           {4, as_schedule(drawn_generator(DrawnStrategy::kSticky))},
                                           {3, as_schedule(drawn_generator(DrawnStrategy::kPct))}});
}

constexpr std::array kEdges = {Stratum::kAllThreads,   Stratum::kNoThreads,   Stratum::kOneThread, Stratum::kAllButOne,
                               Stratum::kArraySizeOne, Stratum::kArraySize32, Stratum::kBeside32};

}  // namespace

Gen<Settings> settings_generator() { return rc::gen::resize(rc::kNominalSize, settings_generator(Stratum::kFree)); }

Gen<Case> case_generator() { return case_generator(Stratum::kFree); }

Gen<Case> case_generator(Stratum stratum) {
  return rc::gen::resize(rc::kNominalSize, rc::gen::exec([stratum] {
                           Case value;
                           const auto launches = *rc::gen::weightedElement<std::size_t>({{12, 1}, {3, 2}, {1, 3}});
                           value.launches.assign(1, *settings_generator(stratum));
                           while (value.launches.size() < launches) {
                             value.launches.push_back(*settings_generator(Stratum::kFree));
                           }
                           value.schedule = *schedule_generator();
                           return value;
                         }));
}

Stratum stratum_of(std::uint64_t index) { return index % 2 == 0 ? Stratum::kFree : kEdges[index / 2 % kEdges.size()]; }

Case draw_case(std::uint64_t seed) { return case_generator()(rc::Random(seed), rc::kNominalSize).value(); }

Case draw_case(std::uint64_t seed, std::uint64_t index) {
  const rc::Random random(rc::Random::Key{seed, index, 0, 1});  // never the key of draw_case(seed)
  return case_generator(stratum_of(index))(random, rc::kNominalSize).value();
}

}  // namespace straylane
