#include "attestation/replay/matrix.hpp"

#include <algorithm>
#include <thread>
#include <vector>

namespace muster::attestation {

void for_parts(std::size_t count, std::size_t threads,
               const std::function<void(std::size_t, std::size_t)>& work) {
  const std::size_t parts = std::clamp<std::size_t>(threads, 1, std::max<std::size_t>(count, 1));
  std::vector<std::thread> others;
  for (std::size_t part = 1; part < parts; ++part) {
    others.emplace_back(work, count * part / parts, count * (part + 1) / parts);
  }
  work(0, count / parts);
  for (std::thread& other : others) other.join();
}

void multiply(const ProductShape& shape, std::span<const float> left, std::span<const float> right,
              std::span<const float> bias, std::span<float> out, std::size_t threads) {
  const std::size_t columns = shape.columns;
  for_parts(shape.rows, threads, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      float* const row = out.data() + i * columns;
      if (bias.empty()) {
        std::fill(row, row + columns, 0.0F);
      } else {
        std::copy(bias.begin(), bias.end(), row);
      }
      for (std::size_t k = 0; k < shape.inner; ++k) {
        const float factor = left[i * shape.inner + k];
        const float* const line = right.data() + k * columns;
        for (std::size_t j = 0; j < columns; ++j) row[j] += factor * line[j];
      }
    }
  });
}

void accumulate_transposed(const ProductShape& shape, std::span<const float> left,
                           std::span<const float> right, std::span<float> out,
                           std::size_t threads) {
  const std::size_t columns = shape.columns;
  for_parts(shape.inner, threads, [&](std::size_t begin, std::size_t end) {
    for (std::size_t k = begin; k < end; ++k) {
      float* const row = out.data() + k * columns;
      for (std::size_t i = 0; i < shape.rows; ++i) {
        const float factor = left[i * shape.inner + k];
        const float* const line = right.data() + i * columns;
        for (std::size_t j = 0; j < columns; ++j) row[j] += factor * line[j];
      }
    }
  });
}

void transpose(std::size_t rows, std::size_t columns, std::span<const float> in,
               std::span<float> out) {
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t j = 0; j < columns; ++j) out[j * rows + i] = in[i * columns + j];
  }
}

void accumulate_rows(std::size_t rows, std::span<const float> in, std::span<float> out) {
  const std::size_t columns = out.size();
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t j = 0; j < columns; ++j) out[j] += in[i * columns + j];
  }
}

}  // namespace muster::attestation
