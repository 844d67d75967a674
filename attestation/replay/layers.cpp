#include "attestation/replay/layers.hpp"

#include <algorithm>
#include <cmath>

#include "attestation/replay/exact_math.hpp"
#include "attestation/replay/matrix.hpp"

namespace muster::attestation {
namespace {

constexpr float norm_epsilon = 1e-5F;

float sigmoid(float x) { return 1.0F / (1.0F + exact_exp(-x)); }

}  // namespace

NormKept normalise(std::span<const float> x, std::span<const float> gain,
                   std::span<const float> offset, std::span<float> y, std::size_t threads) {
  const std::size_t width = gain.size();
  const std::size_t rows = x.size() / width;
  NormKept kept{std::vector<float>(x.size()), std::vector<float>(rows)};
  for_parts(rows, threads, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      const auto row = x.subspan(i * width, width);
      float sum = 0;
      for (const float value : row) sum += value;
      const float mean = sum / static_cast<float>(width);
      float squares = 0;
      for (const float value : row) squares += (value - mean) * (value - mean);
      const float inverse = 1.0F / std::sqrt(squares / static_cast<float>(width) + norm_epsilon);
      kept.inverse[i] = inverse;
      for (std::size_t j = 0; j < width; ++j) {
        const float unit = (row[j] - mean) * inverse;
        kept.unit[i * width + j] = unit;
        y[i * width + j] = unit * gain[j] + offset[j];
      }
    }
  });
  return kept;
}

void normalise_back(const NormKept& kept, std::span<const float> gain, std::span<const float> dy,
                    std::span<float> dx, std::span<float> dgain, std::span<float> doffset,
                    std::size_t threads) {
  const std::size_t width = gain.size();
  const std::size_t rows = dy.size() / width;
  for_parts(rows, threads, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      const float* const unit = kept.unit.data() + i * width;
      const float* const up = dy.data() + i * width;
      float sum = 0;
      float product = 0;
      for (std::size_t j = 0; j < width; ++j) {
        const float scaled = up[j] * gain[j];
        sum += scaled;
        product += scaled * unit[j];
      }
      const float mean = sum / static_cast<float>(width);
      const float slope = product / static_cast<float>(width);
      for (std::size_t j = 0; j < width; ++j) {
        dx[i * width + j] = (up[j] * gain[j] - mean - unit[j] * slope) * kept.inverse[i];
      }
    }
  });
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t j = 0; j < width; ++j) {
      dgain[j] += dy[i * width + j] * kept.unit[i * width + j];
    }
  }
  accumulate_rows(rows, dy, doffset);
}

void silu(std::span<const float> x, std::span<float> y, std::size_t threads) {
  for_parts(x.size(), threads, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) y[i] = x[i] * sigmoid(x[i]);
  });
}

void silu_back(std::span<const float> x, std::span<const float> dy, std::span<float> dx,
               std::size_t threads) {
  for_parts(x.size(), threads, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      const float s = sigmoid(x[i]);
      dx[i] = dy[i] * (s * (1.0F + x[i] * (1.0F - s)));
    }
  });
}

double cross_entropy(std::span<float> logits, std::span<const std::uint8_t> targets,
                     std::size_t threads) {
  const std::size_t rows = targets.size();
  const std::size_t width = logits.size() / rows;
  const float share = 1.0F / static_cast<float>(rows);
  std::vector<double> losses(rows);
  for_parts(rows, threads, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      const auto row = logits.subspan(i * width, width);
      const float most = *std::ranges::max_element(row);
      const float wanted = row[targets[i]] - most;
      float sum = 0;
      for (float& value : row) {
        value = exact_exp(value - most);
        sum += value;
      }
      losses[i] = exact_log(static_cast<double>(sum)) - static_cast<double>(wanted);
      for (float& value : row) value = value / sum * share;
      row[targets[i]] -= share;
    }
  });
  double sum = 0;
  for (const double loss : losses) sum += loss;
  return sum / static_cast<double>(rows);
}

namespace {

/// One head of one sequence: where its numbers lie in `qkv`, the result and the weights.
struct AttentionHead {
  const AttentionShape& shape;
  std::size_t sequence;
  std::size_t head;

  [[nodiscard]] std::size_t size() const { return shape.width / shape.heads; }
  [[nodiscard]] float scale() const { return 1.0F / std::sqrt(static_cast<float>(size())); }
  [[nodiscard]] std::size_t query(std::size_t token) const {
    return (sequence * shape.length + token) * 3 * shape.width + head * size();
  }
  [[nodiscard]] std::size_t key(std::size_t token) const { return query(token) + shape.width; }
  [[nodiscard]] std::size_t value(std::size_t token) const {
    return query(token) + 2 * shape.width;
  }
  [[nodiscard]] std::size_t result(std::size_t token) const {
    return (sequence * shape.length + token) * shape.width + head * size();
  }
  [[nodiscard]] std::size_t weights(std::size_t token) const {
    return ((sequence * shape.heads + head) * shape.length + token) * shape.length;
  }
};

float dot(const float* a, const float* b, std::size_t count) {
  float sum = 0;
  for (std::size_t j = 0; j < count; ++j) sum += a[j] * b[j];
  return sum;
}

void add_scaled(float* to, float factor, const float* from, std::size_t count) {
  for (std::size_t j = 0; j < count; ++j) to[j] += factor * from[j];
}

void attend_head(const AttentionHead& head, std::span<const float> qkv, std::span<float> weights,
                 std::span<float> out) {
  const std::size_t size = head.size();
  for (std::size_t t = 0; t < head.shape.length; ++t) {
    float* const row = weights.data() + head.weights(t);
    for (std::size_t u = 0; u <= t; ++u) {
      row[u] = dot(qkv.data() + head.query(t), qkv.data() + head.key(u), size) * head.scale();
    }
    const float most = *std::max_element(row, row + t + 1);
    float sum = 0;
    for (std::size_t u = 0; u <= t; ++u) {
      row[u] = exact_exp(row[u] - most);
      sum += row[u];
    }
    float* const result = out.data() + head.result(t);
    std::fill(result, result + size, 0.0F);
    for (std::size_t u = 0; u <= t; ++u) {
      row[u] = row[u] / sum;
      add_scaled(result, row[u], qkv.data() + head.value(u), size);
    }
  }
}

void attend_head_back(const AttentionHead& head, std::span<const float> qkv,
                      std::span<const float> weights, std::span<const float> dout,
                      std::span<float> dqkv) {
  const std::size_t size = head.size();
  std::vector<float> dweights(head.shape.length);
  for (std::size_t t = 0; t < head.shape.length; ++t) {
    const float* const row = weights.data() + head.weights(t);
    const float* const up = dout.data() + head.result(t);
    float sum = 0;
    for (std::size_t u = 0; u <= t; ++u) {
      dweights[u] = dot(up, qkv.data() + head.value(u), size);
      sum += dweights[u] * row[u];
      add_scaled(dqkv.data() + head.value(u), row[u], up, size);
    }
    for (std::size_t u = 0; u <= t; ++u) {
      const float dscore = row[u] * (dweights[u] - sum) * head.scale();
      add_scaled(dqkv.data() + head.query(t), dscore, qkv.data() + head.key(u), size);
      add_scaled(dqkv.data() + head.key(u), dscore, qkv.data() + head.query(t), size);
    }
  }
}

}  // namespace

std::vector<float> attend(const AttentionShape& shape, std::span<const float> qkv,
                          std::span<float> out, std::size_t threads) {
  std::vector<float> weights(shape.sequences * shape.heads * shape.length * shape.length);
  for_parts(shape.sequences * shape.heads, threads, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      attend_head({shape, i / shape.heads, i % shape.heads}, qkv, weights, out);
    }
  });
  return weights;
}

void attend_back(const AttentionShape& shape, std::span<const float> qkv,
                 std::span<const float> weights, std::span<const float> dout, std::span<float> dqkv,
                 std::size_t threads) {
  std::ranges::fill(dqkv, 0.0F);
  for_parts(shape.sequences * shape.heads, threads, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      attend_head_back({shape, i / shape.heads, i % shape.heads}, qkv, weights, dout, dqkv);
    }
  });
}

}  // namespace muster::attestation
