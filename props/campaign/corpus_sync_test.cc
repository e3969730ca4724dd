#include <gtest/gtest.h>

#include <fstream>

#include "campaign/corpus_folder.h"
#include "props/scratch_folder.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;

struct Machine {
  ScratchFolder folder;
  CorpusFolder corpus{folder.path()};
  CorpusSync sync;

  explicit Machine(const fs::path& shared) : sync(corpus, shared) {}
  std::size_t files() const { return inputs_in(folder.path()).value().size(); }
};

TEST(CorpusSync, EveryMachineGetsWhatEveryOtherFound) {
  const ScratchFolder shared;
  Machine a(shared.path());
  Machine b(shared.path());
  Machine c(shared.path());
  int content = 0;
  for (Machine* machine : {&a, &b, &c}) {
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(machine->corpus.add("input " + std::to_string(content++)));
  }
  ASSERT_TRUE(a.corpus.add("of two"));
  ASSERT_TRUE(b.corpus.add("of two"));
  for (int round = 0; round < 2; ++round) {
    for (Machine* machine : {&a, &b, &c}) ASSERT_EQ(machine->sync.exchange().value().failed, "");
  }
  for (const Machine* machine : {&a, &b, &c}) EXPECT_EQ(machine->files(), 10U);
  EXPECT_EQ(inputs_in(shared.path()).value().size(), 10U);
  const auto nothing = a.sync.exchange().value();
  EXPECT_EQ(nothing.given + nothing.taken, 0U);
}

TEST(CorpusSync, WhatTheEngineTookAwayIsNotFetchedAgain) {
  const ScratchFolder shared;
  Machine a(shared.path());
  ASSERT_TRUE(a.corpus.add("large"));
  ASSERT_TRUE(a.sync.exchange());
  fs::remove(*fs::directory_iterator(a.folder.path()));
  EXPECT_EQ(a.sync.exchange().value().taken, 0U);
  EXPECT_EQ(a.files(), 0U);
}

TEST(CorpusSync, AnExchangeIsBounded) {
  const ScratchFolder shared;
  Machine a(shared.path());
  Machine b(shared.path());
  const std::size_t all = CorpusSync::kFilesMax + 10;
  for (std::size_t i = 0; i < all; ++i) ASSERT_TRUE(a.corpus.add(std::to_string(i)));
  const auto first = a.sync.exchange().value();
  EXPECT_EQ(first.given, CorpusSync::kFilesMax);
  EXPECT_TRUE(first.more);
  EXPECT_FALSE(a.sync.exchange().value().more);
  EXPECT_TRUE(b.sync.exchange().value().more);
  ASSERT_TRUE(b.sync.exchange());
  EXPECT_EQ(b.files(), all);
}

TEST(CorpusSync, AFolderThatIsAwayIsNoError) {
  const ScratchFolder shared;
  Machine a(shared.path() / "away");
  ASSERT_TRUE(a.corpus.add("input"));
  EXPECT_NE(a.sync.exchange().value().failed, "");
  fs::create_directory(shared.path() / "away");
  EXPECT_EQ(a.sync.exchange().value().given, 1U);
}

}  // namespace
}  // namespace straylane
