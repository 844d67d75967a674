#pragma once

#include <cstddef>
#include <functional>
#include <span>

namespace muster::attestation {

/// Runs `work(begin, end)` over parts of [0, count) on so many threads. Who calls gives each index
/// its own outputs, and so the number of threads changes no bit of the result.
void for_parts(std::size_t count, std::size_t threads,
               const std::function<void(std::size_t, std::size_t)>& work);

/// Shape of a product: `rows` x `inner` times `inner` x `columns`. All matrices are row-major.
struct ProductShape {
  std::size_t rows;
  std::size_t inner;
  std::size_t columns;
};

/// out = left * right + bias in each row; without `bias` just the product. Each number is summed
/// over `inner` in rising order, whatever the compiler and the number of threads.
void multiply(const ProductShape& shape, std::span<const float> left, std::span<const float> right,
              std::span<const float> bias, std::span<float> out, std::size_t threads);

/// out += left^T * right, with `left` rows x inner and `right` rows x columns: the gradient of a
/// layer's weights. Each number is summed over `rows` in rising order.
void accumulate_transposed(const ProductShape& shape, std::span<const float> left,
                           std::span<const float> right, std::span<float> out, std::size_t threads);

/// out = the transpose of the rows x columns matrix `in`.
void transpose(std::size_t rows, std::size_t columns, std::span<const float> in,
               std::span<float> out);

/// out[j] += the sum of column j, in order of the rows.
void accumulate_rows(std::size_t rows, std::span<const float> in, std::span<float> out);

}  // namespace muster::attestation
