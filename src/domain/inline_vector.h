#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <stdexcept>

namespace straylane {

// At most `N` numbers, stored in the object itself. A run of a small case makes and copies several of these and must
// not allocate. Throws std::length_error if there would be more than N.
template <class T, std::size_t N>
class InlineVector {
 public:
  using value_type = T;
  static constexpr std::size_t kCountMax = N;

  InlineVector() = default;
  InlineVector(std::initializer_list<T> values) {
    resize(values.size());
    std::ranges::copy(values, begin());
  }

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  T& operator[](std::size_t i) { return values_[i]; }
  const T& operator[](std::size_t i) const { return values_[i]; }
  T* data() { return values_.data(); }
  T* begin() { return values_.data(); }
  T* end() { return values_.data() + size_; }
  const T* begin() const { return values_.data(); }
  const T* end() const { return values_.data() + size_; }
  void push_back(const T& value) {
    resize(size_ + 1);
    values_[size_ - 1] = value;
  }
  // New elements keep whatever value their place had before.
  void resize(std::size_t size) {
    if (size > N) throw std::length_error("too many numbers");
    size_ = static_cast<std::uint32_t>(size);
  }

  bool operator==(const InlineVector& other) const { return std::equal(begin(), end(), other.begin(), other.end()); }

 private:
  std::array<T, N> values_{};
  std::uint32_t size_ = 0;
};

}  // namespace straylane
