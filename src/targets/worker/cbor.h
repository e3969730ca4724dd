#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <map>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

// Values as CBOR (RFC 8949), written and read by one list of fields for each type:
//
//     template <class Archive>
//     void fields(Archive& a, Field<Archive, Edge> edge) {
//       a("parameter, number", edge.parameter, edge.number);
//     }
//
// A type with fields is an array: the text with their names, and the values. The reader demands the same text, since
// writer and reader are built from the same list. Nothing is looked up and no tree of the document is made, which would
// cost more than the rest of a round trip. A string is a byte string, because a source may have any encoding. So are
// the types of kIsBytes, and vectors of them, in the machine's byte order and layout.
namespace straylane::worker_protocol {

static_assert(std::endian::native == std::endian::little, "numbers in strings of bytes are little-endian");

namespace cbor {

enum Major : std::uint8_t { kUnsigned = 0, kNegative = 1, kBytes = 2, kText = 3, kArray = 4 };
inline constexpr std::uint8_t kFalse = 0xF4;
inline constexpr std::uint8_t kTrue = 0xF5;
inline constexpr std::uint8_t kNull = 0xF6;
inline constexpr std::uint8_t kBegin = 0x9F;  // of an array whose end is marked
inline constexpr std::uint8_t kEnd = 0xFF;

// Whether a value travels as its bytes. A document declares this for the small structs of which it has many.
template <class T>
inline constexpr bool kIsBytes = std::is_arithmetic_v<T>;
template <class T>
inline constexpr bool kIsOptional = false;
template <class T>
inline constexpr bool kIsOptional<std::optional<T>> = true;
template <class T>
inline constexpr bool kIsVariant = false;
template <class... T>
inline constexpr bool kIsVariant<std::variant<T...>> = true;
template <class T>
concept Sequence = requires(T& t) {
  typename T::value_type;
  t.begin();
  t.size();
};
// A string, or other values that travel as their bytes and lie one after another.
template <class T>
concept Blob = Sequence<T> && kIsBytes<typename T::value_type>;

}  // namespace cbor

// The archive's way to refer to a value of type T in a list of fields.
template <class Archive, class T>
using Field = std::conditional_t<Archive::kReads, T&, const T&>;

// Which large fields the document carries. Set by the fields that decide it, which come before the large ones.
struct Archive {
  bool with_choice_sites = false;  // Choice::site, which only a strict replay looks at
  bool with_case_sites = false;    // Case::sites, which only a strict replay across a change looks at
};

class CborWriter : public Archive {
 public:
  static constexpr bool kReads = false;

  template <class... T>
  void operator()(std::string_view names, const T&... values) {
    head(cbor::kText, names.size());
    append(names.data(), names.size());
    (put(values), ...);
  }

  // Writes an array of what `write` writes.
  template <class Write>
  void array(Write write) {
    bytes_.push_back(cbor::kBegin);
    write();
    bytes_.push_back(cbor::kEnd);
  }

  template <class T>
  void put(const T& value) {
    if constexpr (std::is_same_v<T, bool>) {
      bytes_.push_back(value ? cbor::kTrue : cbor::kFalse);
    } else if constexpr (std::is_enum_v<T>) {
      put(static_cast<std::int64_t>(value));
    } else if constexpr (std::is_integral_v<T>) {
      const auto bits = static_cast<std::uint64_t>(value);
      std::cmp_less(value, 0) ? head(cbor::kNegative, ~bits) : head(cbor::kUnsigned, bits);
    } else if constexpr (cbor::Blob<T>) {
      const std::size_t size = value.size() * sizeof(typename T::value_type);
      head(cbor::kBytes, size);
      if (size != 0) append(&*value.begin(), size);
    } else if constexpr (cbor::Sequence<T>) {
      head(cbor::kArray, value.size());
      for (const auto& item : value) put(item);
    } else if constexpr (cbor::kIsOptional<T>) {
      value ? put(*value) : bytes_.push_back(cbor::kNull);
    } else if constexpr (cbor::kIsVariant<T>) {
      head(cbor::kArray, 2);
      put(value.index());
      std::visit([this](const auto& held) { put(held); }, value);
    } else if constexpr (cbor::kIsBytes<T>) {
      head(cbor::kBytes, sizeof value);
      append(&value, sizeof value);
    } else {
      array([&] { fields(*this, value); });
    }
  }
  template <class A, class B>
  void put(const std::pair<A, B>& value) {
    head(cbor::kArray, 2);
    put(value.first);
    put(value.second);
  }

  std::vector<std::uint8_t> take() { return std::move(bytes_); }

 private:
  void append(const void* data, std::size_t size) {
    const auto* bytes = static_cast<const std::uint8_t*>(data);
    bytes_.insert(bytes_.end(), bytes, bytes + size);
  }
  // Writes the major type with its number, in as few bytes as possible.
  void head(cbor::Major major, std::uint64_t number) {
    const auto first = [&](std::uint64_t rest) { bytes_.push_back(static_cast<std::uint8_t>(major << 5 | rest)); };
    if (number < 24) return first(number);
    const int log = number <= 0xFF ? 0 : number <= 0xFFFF ? 1 : number <= 0xFFFF'FFFF ? 2 : 3;
    first(24 + static_cast<std::uint64_t>(log));
    for (int shift = 8 * ((1 << log) - 1); shift >= 0; shift -= 8) {
      bytes_.push_back(static_cast<std::uint8_t>(number >> shift));
    }
  }

  std::vector<std::uint8_t> bytes_;
};

// Throws std::runtime_error for every flaw of the document.
class CborReader : public Archive {
 public:
  static constexpr bool kReads = true;

  explicit CborReader(std::span<const std::uint8_t> bytes) : left_(bytes) {}

  template <class... T>
  void operator()(std::string_view names, T&... values) {
    const auto found = take(length(cbor::kText, 1));
    if (!std::ranges::equal(found, names)) throw std::runtime_error("has no field " + std::string(names));
    (get(values), ...);
  }

  template <class Read>
  void array(Read read) {
    expect(cbor::kBegin);
    read();
    expect(cbor::kEnd);
  }

  template <class T>
  void get(T& value) {
    if constexpr (std::is_same_v<T, bool>) {
      value = byte() == cbor::kTrue;
    } else if constexpr (std::is_enum_v<T>) {
      value = static_cast<T>(number<std::int64_t>());
    } else if constexpr (std::is_integral_v<T>) {
      value = number<T>();
    } else if constexpr (cbor::Blob<T>) {
      const auto bytes = take(length(cbor::kBytes, 1));
      value.resize(bytes.size() / sizeof(typename T::value_type));
      if (!value.empty()) std::memcpy(value.data(), bytes.data(), value.size() * sizeof(typename T::value_type));
    } else if constexpr (cbor::kIsOptional<T>) {
      value.reset();
      if (left_.empty() || left_.front() != cbor::kNull) return get(value.emplace());
      byte();
    } else if constexpr (cbor::kIsVariant<T>) {
      get_variant(value, std::make_index_sequence<std::variant_size_v<T>>());
    } else if constexpr (cbor::Sequence<T>) {
      value.resize(length(cbor::kArray, 1));
      for (auto& item : value) get(item);
    } else if constexpr (cbor::kIsBytes<T>) {
      const auto bytes = take(length(cbor::kBytes, 1));
      if (bytes.size() != sizeof value) throw std::runtime_error("is not of the wanted type");
      std::memcpy(&value, bytes.data(), sizeof value);
    } else {
      array([&] { fields(*this, value); });
    }
  }
  void get(std::map<std::string, std::string>& value) {
    for (std::uint64_t left = length(cbor::kArray, 1); left > 0; --left) {
      std::pair<std::string, std::string> entry;
      length(cbor::kArray, 0);
      get(entry.first);
      get(entry.second);
      value.insert(std::move(entry));
    }
  }

  void at_end() const {
    if (!left_.empty()) throw std::runtime_error("goes on after its end");
  }

 private:
  std::uint8_t byte() { return take(1).front(); }
  void expect(std::uint8_t wanted) {
    if (byte() != wanted) throw std::runtime_error("is not of the wanted type");
  }
  std::span<const std::uint8_t> take(std::uint64_t size) {
    if (size > left_.size()) throw std::runtime_error("is cut off");
    const auto taken = left_.first(static_cast<std::size_t>(size));
    left_ = left_.subspan(static_cast<std::size_t>(size));
    return taken;
  }
  std::uint64_t argument(std::uint8_t first) {
    const unsigned low = first & 0x1F;
    if (low < 24) return low;
    if (low > 27) throw std::runtime_error("has a length of no size");
    std::uint64_t value = 0;
    for (const std::uint8_t b : take(std::uint64_t{1} << (low - 24))) value = value << 8 | b;
    return value;
  }
  // Reads a head of this major type and returns its number. Each item that it counts needs `item_min` bytes or more.
  std::uint64_t length(cbor::Major major, std::size_t item_min) {
    const std::uint8_t first = byte();
    if (first >> 5 != major) throw std::runtime_error("is not of the wanted type");
    const std::uint64_t count = argument(first);
    if (item_min != 0 && count > left_.size() / item_min) throw std::runtime_error("is cut off");
    return count;
  }
  template <class T>
  T number() {
    const std::uint8_t first = byte();
    const std::uint64_t bits = argument(first);
    if (first >> 5 == cbor::kUnsigned && std::in_range<T>(bits)) return static_cast<T>(bits);
    const auto negative = static_cast<std::int64_t>(~bits);
    if (first >> 5 == cbor::kNegative && negative < 0 && std::in_range<T>(negative)) return static_cast<T>(negative);
    throw std::runtime_error("has a number out of range");
  }
  template <class T, std::size_t... I>
  void get_variant(T& value, std::index_sequence<I...>) {
    length(cbor::kArray, 0);
    const auto index = number<std::size_t>();
    if (index >= sizeof...(I)) throw std::runtime_error("has a number out of range");
    ((index == I ? get(value.template emplace<I>()) : void()), ...);
  }

  std::span<const std::uint8_t> left_;
};

}  // namespace straylane::worker_protocol
