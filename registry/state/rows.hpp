#pragma once

#include <array>
#include <bit>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <memory_resource>
#include <utility>

#include "ledger/base/check.hpp"

namespace muster::registry {

/// Rows one behind the other, which never move: a table of ten million rows grows without copying
/// any, without a moment at which it stands in memory twice, and without pages that nobody has
/// touched. They lie in pieces of 64, 128, 256, … rows.
///
/// Borrows the memory that it is given. A row that has an `in` is put there with all that it owns.
template <class T>
class Rows final {
 public:
  using value_type = T;

  explicit Rows(std::pmr::memory_resource& memory = *std::pmr::get_default_resource())
      : memory_(&memory) {}
  /// In ordinary memory, wherever `other` lies.
  Rows(const Rows& other) : Rows() {
    for (const T& row : other) push_back(row);
  }
  Rows& operator=(const Rows& other) { return *this = Rows(other); }
  Rows(Rows&& other) noexcept
      : memory_(other.memory_),
        pieces_(std::exchange(other.pieces_, {})),
        size_(std::exchange(other.size_, 0)) {}
  Rows& operator=(Rows&& other) noexcept {
    std::swap(memory_, other.memory_);
    std::swap(pieces_, other.pieces_);
    std::swap(size_, other.size_);
    return *this;
  }
  ~Rows() {
    while (size_ > 0) pop_back();
    for (std::size_t k = 0; k < pieces_.size(); ++k) {
      if (pieces_[k] != nullptr) memory_->deallocate(pieces_[k], bytes_of(k), alignof(T));
    }
  }

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] const T& operator[](std::size_t n) const { return *place(n); }
  [[nodiscard]] T& operator[](std::size_t n) { return *place(n); }
  [[nodiscard]] const T& back() const { return *place(size_ - 1); }

  void push_back(T row) {
    const std::size_t k = piece_of(size_);
    MUSTER_CHECK(k < pieces_.size());
    if (pieces_[k] == nullptr) {
      pieces_[k] = static_cast<T*>(memory_->allocate(bytes_of(k), alignof(T)));
    }
    if constexpr (requires { row.in(*memory_); }) {
      std::construct_at(place(size_), row.in(*memory_));
    } else {
      std::construct_at(place(size_), std::move(row));
    }
    ++size_;
  }
  void pop_back() {
    --size_;
    std::destroy_at(place(size_));
  }

  /// A place among the rows, as the ranges library wants it.
  class Iterator final {
   public:
    using value_type = T;
    using difference_type = std::ptrdiff_t;
    using reference = const T&;
    using pointer = const T*;
    using iterator_category = std::random_access_iterator_tag;

    Iterator() = default;
    Iterator(const Rows& rows, std::ptrdiff_t at) : rows_(&rows), at_(at) {}

    reference operator*() const { return (*rows_)[static_cast<std::size_t>(at_)]; }
    pointer operator->() const { return &**this; }
    reference operator[](difference_type n) const { return *(*this + n); }
    Iterator& operator++() { return *this += 1; }
    Iterator& operator--() { return *this -= 1; }
    Iterator operator++(int) { return std::exchange(*this, *this + 1); }
    Iterator operator--(int) { return std::exchange(*this, *this - 1); }
    Iterator& operator+=(difference_type n) {
      at_ += n;
      return *this;
    }
    Iterator& operator-=(difference_type n) { return *this += -n; }
    friend Iterator operator+(Iterator at, difference_type n) { return at += n; }
    friend Iterator operator+(difference_type n, Iterator at) { return at += n; }
    friend Iterator operator-(Iterator at, difference_type n) { return at -= n; }
    friend difference_type operator-(const Iterator& a, const Iterator& b) { return a.at_ - b.at_; }
    friend bool operator==(const Iterator& a, const Iterator& b) { return a.at_ == b.at_; }
    friend auto operator<=>(const Iterator& a, const Iterator& b) { return a.at_ <=> b.at_; }

   private:
    const Rows* rows_ = nullptr;
    std::ptrdiff_t at_ = 0;
  };
  using const_iterator = Iterator;

  [[nodiscard]] Iterator begin() const { return Iterator(*this, 0); }
  [[nodiscard]] Iterator end() const { return Iterator(*this, static_cast<std::ptrdiff_t>(size_)); }

 private:
  static constexpr std::size_t least_bits = 6;
  static constexpr std::size_t least = std::size_t{1} << least_bits;

  // Piece k has the rows [least * (2^k - 1), least * (2^(k + 1) - 1)).
  static std::size_t piece_of(std::size_t n) {
    return static_cast<std::size_t>(std::bit_width(n + least)) - 1 - least_bits;
  }
  static std::size_t bytes_of(std::size_t k) { return sizeof(T) * (least << k); }
  [[nodiscard]] T* place(std::size_t n) const {
    const std::size_t k = piece_of(n);
    return pieces_[k] + (n + least - (least << k));
  }

  std::pmr::memory_resource* memory_;
  std::array<T*, 27> pieces_{};  // room for 2^33 rows
  std::size_t size_ = 0;
};

/// Some rows in a row. Borrows them all.
template <class T>
class RowsView final {
 public:
  RowsView(const Rows<T>& rows, std::size_t first, std::size_t end)
      : begin_(rows, static_cast<std::ptrdiff_t>(first)),
        end_(rows, static_cast<std::ptrdiff_t>(end)) {}

  [[nodiscard]] typename Rows<T>::Iterator begin() const { return begin_; }
  [[nodiscard]] typename Rows<T>::Iterator end() const { return end_; }
  [[nodiscard]] bool empty() const { return begin_ == end_; }
  [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(end_ - begin_); }

 private:
  typename Rows<T>::Iterator begin_;
  typename Rows<T>::Iterator end_;
};

}  // namespace muster::registry
